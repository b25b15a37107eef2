package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Reads and generates texts in loops inside the graph, several texts at once: no call from outside
 * is needed for a token.
 *
 * @param network whose weights may be arguments of the function that the loops are part of
 */
public record GenerationLoop(Network network, TokenSampler sampler) {
  /**
   * Generated texts.
   *
   * @param ids {@code [rows, count]}
   * @param last the last token of each row, {@code [rows]}
   * @param state before that token
   */
  public record Generated(Operand<TInt32> ids, Operand<TInt32> last, RnnState state) {}

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

  /** The state and the weights, which a loop can use only as its variables. */
  private record NetworkVariables(
      Network network, List<Handle<TFloat32>> state, List<Handle<TFloat32>> parameters) {
    static NetworkVariables add(LoopVariables variables, Network network, RnnState initial) {
      List<Integer> sizes = network.config().stateSizes();
      List<Operand<TFloat32>> tensors = initial.require(sizes.size());
      List<Handle<TFloat32>> state = new ArrayList<>();
      for (int i = 0; i < sizes.size(); i++) {
        state.add(variables.add(tensors.get(i), Shape.of(-1, sizes.get(i))));
      }
      return new NetworkVariables(network, state, variables.addAll(network.parameters()));
    }

    RnnState state(LoopVariables.Values v) {
      return new RnnState(v.get(state));
    }

    Network network(LoopVariables.Values v) {
      return Network.of(network.config(), v.get(parameters));
    }
  }

  /**
   * Reads the beginnings of texts.
   *
   * @param name of the loop, unique in the graph
   * @param ids {@code [rows, time]}
   * @param counts number of tokens to read in each row, {@code [rows]}; the state of a shorter row
   *     does not change while longer ones are read
   * @return the state after these tokens, starting from zeros
   */
  public RnnState read(Ops tf, String name, Operand<TInt32> ids, Operand<TInt32> counts) {
    LoopVariables variables = new LoopVariables();
    var time = variables.add(tf.constant(0), Shape.scalar());
    var longest = variables.add(tf.reduceMax(counts, tf.constant(0)), Shape.scalar());
    var allIds = variables.add(ids, Shape.of(-1, -1));
    var allCounts = variables.add(counts, Shape.of(-1));
    var rows = tf.gather(tf.shape(ids), tf.constant(0), tf.constant(0));
    RnnState zeros = network.cells().zeroState(tf, rows);
    NetworkVariables inLoop = NetworkVariables.add(variables, network, zeros);
    LoopVariables.Values result =
        variables.loop(
            tf,
            name,
            (loop, v) -> loop.math.less(v.get(time), v.get(longest)),
            (loop, v) -> {
              var tokens = loop.gather(v.get(allIds), v.get(time), loop.constant(1)); // [rows]
              RnnState state = inLoop.state(v);
              RnnState next = inLoop.network(v).step(loop, tokens, state).state();
              var isRead = // [rows, 1]
                  loop.expandDims(loop.math.less(v.get(time), v.get(allCounts)), loop.constant(1));
              for (int i = 0; i < state.tensors().size(); i++) {
                v.set(
                    inLoop.state().get(i),
                    loop.select(isRead, next.tensors().get(i), state.tensors().get(i)));
              }
              v.set(time, loop.math.add(v.get(time), loop.constant(1)));
            });
    return inLoop.state(result);
  }

  /**
   * Continues texts.
   *
   * @param name of the loop, unique in the graph
   * @param last the last token of each row, {@code [rows]}
   * @param state before that token
   * @param count number of tokens to generate in each row, scalar
   */
  public Generated generate(
      Ops tf,
      String name,
      Operand<TInt32> last,
      RnnState state,
      Operand<TInt32> count,
      TokenSampler.Settings settings,
      RandomNumbers random) {
    LoopVariables variables = new LoopVariables();
    var generated = variables.add(tf.constant(0), Shape.scalar());
    var total = variables.add(count, Shape.scalar());
    var previous = variables.add(last, Shape.of(-1));
    // A list that grows: reserving one for the whole text could exhaust the memory.
    var tokens =
        variables.add(
            tf.emptyTensorList(tf.constant(new int[] {-1}), tf.constant(-1), TInt32.class),
            Shape.scalar());
    TokenSampler.LoopSettings sampling = settings.addTo(variables);
    RandomNumbers.Inside randomInLoop = random.addTo(variables);
    NetworkVariables inLoop = NetworkVariables.add(variables, network, state);
    LoopVariables.Values result =
        variables.loop(
            tf,
            name,
            (loop, v) -> loop.math.less(v.get(generated), v.get(total)),
            (loop, v) -> {
              Network bound = inLoop.network(v);
              RnnCell.Step step = bound.step(loop, v.get(previous), inLoop.state(v));
              var logits = bound.softmax().logits(loop, step.output()); // [rows, classes]
              var u = randomInLoop.next(loop, v, v.get(previous), v.get(generated));
              var next = sampler.sample(loop, logits, v.get(previous), u, sampling.get(v));
              v.set(generated, loop.math.add(v.get(generated), loop.constant(1)));
              v.set(previous, next);
              v.set(tokens, loop.tensorListPushBack(v.get(tokens), next));
              v.set(inLoop.state(), step.state().tensors());
            });
    var ids = tf.tensorListStack(result.get(tokens), tf.shape(last), TInt32.class); // [count, rows]
    return new Generated(
        tf.linalg.transpose(ids, tf.constant(new int[] {1, 0})),
        result.get(previous),
        inLoop.state(result));
  }

  /**
   * Continues texts until they all have ended. The tokens are those of {@link #generate}, of which
   * the last may be missing: a loop of such loops, with a test after each.
   *
   * @param name of the loop, unique in the graph
   * @param last the last token of each row, {@code [rows]}
   * @param state before that token
   * @param count maximum number of tokens to generate in each row, scalar
   * @param seed of the random numbers, scalar
   * @return ids {@code [rows, time]}
   */
  public Operand<TInt32> generate(
      Ops tf,
      String name,
      Operand<TInt32> last,
      RnnState state,
      Operand<TInt32> count,
      TokenSampler.Settings settings,
      Operand<TInt64> seed,
      Stop stop) {
    LoopVariables variables = new LoopVariables();
    var rows = tf.shape(last);
    var none =
        tf.fill(
            tf.concat(List.of(rows, tf.constant(new int[] {0})), tf.constant(0)), tf.constant(0));
    var ids = variables.add(none, Shape.of(-1, -1));
    var generated = variables.add(tf.constant(0), Shape.scalar());
    var total = variables.add(count, Shape.scalar());
    var done = variables.add(tf.constant(false), Shape.scalar());
    var previous = variables.add(last, Shape.of(-1));
    Stop.Inside stopInLoop = stop.addTo(variables);
    TokenSampler.LoopSettings sampling = settings.addTo(variables);
    var seedInLoop = variables.add(seed, Shape.scalar());
    NetworkVariables inLoop = NetworkVariables.add(variables, network, state);
    return variables
        .loop(
            tf,
            name,
            (loop, v) ->
                loop.math.logicalAnd(
                    loop.math.less(v.get(generated), v.get(total)),
                    loop.math.logicalNot(v.get(done))),
            (loop, v) -> {
              var remaining = loop.math.sub(v.get(total), v.get(generated));
              var next =
                  loop.math.minimum(
                      remaining, stopInLoop.tokensBeforeTest(loop, v, v.get(generated)));
              Generated some =
                  new GenerationLoop(inLoop.network(v), sampler)
                      .generate(
                          loop,
                          name + "_part",
                          v.get(previous),
                          inLoop.state(v),
                          next,
                          sampling.get(v),
                          RandomNumbers.seeded(v.get(seedInLoop), v.get(generated)));
              var longer = loop.concat(List.of(v.get(ids), some.ids()), loop.constant(1));
              v.set(done, stopInLoop.isDone(loop, v, longer));
              v.set(ids, longer);
              v.set(generated, loop.math.add(v.get(generated), next));
              v.set(previous, some.last());
              v.set(inLoop.state(), some.state().tensors());
            })
        .get(ids);
  }
}
