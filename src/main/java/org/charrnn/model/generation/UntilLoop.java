package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import org.charrnn.graph.LoopVariables;
import org.charrnn.model.generation.GenerationLoop.Beginning;
import org.charrnn.model.generation.GenerationLoop.Generated;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Generates texts until they all have ended: a loop of generation loops, with a test after each.
 * Its random numbers are those of the rows 0, 1, 2 and so on.
 *
 * @param loop generates the texts
 */
public record UntilLoop(GenerationLoop loop) {
  /** Decides when texts need no more tokens. */
  public interface Stop {
    /** Adds the tensors that the decision needs to the variables of a loop. */
    Inside addTo(LoopVariables variables);

    /** The decision inside the loop. */
    interface Inside {
      /**
       * Returns the number of tokens to generate before the next test, at least 1, scalar.
       *
       * @param generated tokens that each row has, scalar
       */
      Operand<TInt32> tokensBeforeTest(Ops tf, LoopVariables.Values v, Operand<TInt32> generated);

      /**
       * Returns whether all texts have ended, scalar.
       *
       * @param ids generated so far, {@code [rows, time]}
       */
      Operand<TBool> isDone(Ops tf, LoopVariables.Values v, Operand<TInt32> ids);
    }
  }

  /**
   * Continues texts.
   *
   * @param name of the loop, unique in the graph
   * @param count maximum number of tokens to generate in each row, scalar
   * @param temperature scalar
   * @param cut of unlikely tokens
   * @param seed of the random numbers, scalar
   * @return ids {@code [rows, time]}, at most {@code count} in each row
   */
  public Operand<TInt32> generate(
      Ops tf,
      String name,
      Beginning texts,
      Operand<TInt32> count,
      Operand<TFloat32> temperature,
      TokenCut cut,
      Operand<TInt64> seed,
      Stop stop) {
    IterationSize size = loop.size();
    LoopVariables variables = new LoopVariables();
    var rows = tf.size(texts.last());
    var none = tf.fill(tf.stack(List.of(rows, tf.constant(0))), tf.constant(0));
    var ids = variables.add(none, Shape.of(-1, -1));
    var done = variables.add(tf.constant(false), Shape.scalar());
    var iteration = variables.add(tf.constant(0), Shape.scalar());
    var end = variables.add(size.iterations(tf, count), Shape.scalar());
    var previous = variables.add(texts.last(), Shape.of(-1));
    Stop.Inside stopInLoop = stop.addTo(variables);
    var sampling = new TokenSampler.Settings(temperature, Optional.of(cut)).addTo(variables);
    var isCut = variables.add(cut.isRequested(tf, temperature), Shape.scalar());
    var seedInLoop = variables.add(seed, Shape.scalar());
    var inLoop = StepNetwork.Variables.add(variables, loop.network(), texts.state());
    LoopVariables.Values result =
        variables.loop(
            tf,
            name,
            (inner, v) ->
                inner.math.logicalAnd(
                    inner.math.less(v.get(iteration), v.get(end)),
                    inner.math.logicalNot(v.get(done))),
            (inner, v) -> {
              var generated = inner.math.mul(v.get(iteration), inner.constant(size.tokens()));
              var tokens = stopInLoop.tokensBeforeTest(inner, v, generated);
              var iterations =
                  inner.math.minimum(
                      inner.math.sub(v.get(end), v.get(iteration)), size.iterations(inner, tokens));
              // Without a cut, the loop that cuts has no iterations, and the other way round.
              var withoutCut = inner.select(v.get(isCut), inner.constant(0), iterations);
              TokenSampler.Settings settings = sampling.get(v);
              GenerationLoop part = loop.of(inLoop.network(v));
              var random = RandomNumbers.seeded(v.get(seedInLoop), v.get(iteration), size);
              Generated some =
                  part.generate(
                      inner,
                      name + "_all",
                      new Beginning(v.get(previous), inLoop.state(v)),
                      withoutCut,
                      settings.withoutCut(),
                      random);
              Generated more =
                  part.generate(
                      inner,
                      name + "_cut",
                      some.end(),
                      inner.math.sub(iterations, withoutCut),
                      settings,
                      random);
              var longer =
                  inner.concat(List.of(v.get(ids), some.ids(), more.ids()), inner.constant(1));
              v.set(done, stopInLoop.isDone(inner, v, longer));
              v.set(ids, longer);
              v.set(iteration, inner.math.add(v.get(iteration), iterations));
              v.set(previous, more.end().last());
              v.set(inLoop.state(), more.end().state().tensors());
            });
    var all = result.get(ids);
    var time = tf.math.minimum(count, tf.gather(tf.shape(all), tf.constant(1), tf.constant(0)));
    return tf.slice(all, tf.constant(new int[] {0, 0}), tf.stack(List.of(rows, time)));
  }
}
