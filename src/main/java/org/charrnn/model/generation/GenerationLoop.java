package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.graph.LoopVariables.Values;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Generates texts in a loop in the graph, several texts at once: no call from outside is needed for
 * a token.
 *
 * @param network whose weights may be arguments of the function that the loop is part of
 * @param parts in which rows are computed side by side
 * @param inOneThread whether each part runs in one thread of a session that has several
 */
public record GenerationLoop(
    Network network, TokenSampler sampler, RowParts parts, boolean inOneThread) {
  /**
   * Texts that can be continued.
   *
   * @param last the last token of each row, {@code [rows]}
   * @param state before that token
   */
  public record Beginning(Operand<TInt32> last, RnnState state) {}

  /**
   * Generated texts.
   *
   * @param ids {@code [rows, iterations * tokens]}
   * @param end of the texts, from which they can be continued
   */
  public record Generated(Operand<TInt32> ids, Beginning end) {}

  /** Returns what an iteration of the loop generates and needs. */
  public IterationSize size() {
    return IterationSize.of(network.config());
  }

  /** Returns the same loop for a network in another graph. */
  GenerationLoop of(Network other) {
    return new GenerationLoop(other, sampler, parts, inOneThread);
  }

  /**
   * Continues texts.
   *
   * @param name of the loop, unique in the graph
   * @param iterations scalar, each generates {@link #size()} tokens in each row
   */
  public Generated generate(
      Ops tf,
      String name,
      Beginning texts,
      Operand<TInt32> iterations,
      TokenSampler.Settings settings,
      RandomNumbers random) {
    Body body = new Body(tf, texts, iterations, settings, random);
    LoopVariables.Loop loop = body.define(tf, name);
    List<RowParts.Part> rows = parts.of(tf, tf.size(texts.last));
    List<Values> results = new ArrayList<>();
    for (RowParts.Part part : rows) {
      String run = name + "_" + results.size();
      results.add(loop.run(tf, run, initial -> body.take(tf, initial, part)));
    }
    return body.join(tf, rows, results);
  }

  /** The loop's variables and what it does with them. */
  private final class Body {
    private final Beginning texts;
    private final Operand<TInt32> iterations;
    private final LoopVariables variables = new LoopVariables();
    private final Handle<TInt32> iteration;
    private final Handle<TInt32> lastIteration;
    private final Handle<TInt32> previous;
    private final Handle<TType> tokens;
    private final TokenSampler.LoopSettings sampling;
    private final RandomNumbers.Inside random;
    private final StepNetwork.Variables inLoop;

    Body(
        Ops tf,
        Beginning texts,
        Operand<TInt32> iterations,
        TokenSampler.Settings settings,
        RandomNumbers random) {
      this.texts = texts;
      this.iterations = iterations;
      iteration = variables.add(tf.constant(0), Shape.scalar());
      lastIteration = variables.add(iterations, Shape.scalar());
      previous = variables.add(texts.last, Shape.of(-1));
      // A list that grows: reserving one for the whole text could exhaust the memory.
      var shape = tf.constant(new int[] {size().tokens(), -1});
      tokens =
          variables.add(tf.emptyTensorList(shape, tf.constant(-1), TInt32.class), Shape.scalar());
      sampling = settings.addTo(variables);
      this.random = random.addTo(tf, variables);
      inLoop = StepNetwork.Variables.add(variables, network, texts.state);
    }

    LoopVariables.Loop define(Ops tf, String name) {
      return variables.define(
          tf,
          name,
          (loop, v) -> loop.math.less(v.get(iteration), v.get(lastIteration)),
          this::iterate,
          inOneThread);
    }

    private void iterate(Ops tf, Values v) {
      StepNetwork step = StepNetwork.of(tf, inLoop.network(v));
      int count = size().tokens();
      var numbers = random.next(tf, v, tf.size(v.get(previous)), v.get(iteration));
      TokenSampler.Iteration sampling = sampler.iteration(tf, numbers, count, this.sampling.get(v));
      Operand<TInt32> id = v.get(previous);
      RnnState state = inLoop.state(v);
      List<Operand<TInt32>> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        RnnCell.Step read = step.step(tf, id, state);
        state = read.state();
        id = sampling.sample(i, step.network().softmax().logits(tf, read.output()), id);
        ids.add(id);
      }
      v.set(iteration, tf.math.add(v.get(iteration), tf.constant(1)));
      v.set(previous, id);
      v.set(inLoop.state(), state.tensors());
      v.set(tokens, tf.tensorListPushBack(v.get(tokens), tf.stack(ids)));
    }

    /** Sets the variables to those of a part of the rows. */
    void take(Ops tf, Values initial, RowParts.Part part) {
      var isEmpty = tf.math.equal(part.count(), tf.constant(0));
      initial.set(lastIteration, tf.select(isEmpty, tf.constant(0), iterations));
      initial.set(previous, part.of(tf, texts.last));
      for (Handle<TFloat32> tensor : inLoop.state()) {
        initial.set(tensor, part.of(tf, initial.get(tensor)));
      }
      random.takeRows(tf, initial, part);
    }

    /** Returns the texts of all parts. */
    Generated join(Ops tf, List<RowParts.Part> parts, List<Values> results) {
      List<Operand<TInt32>> ids = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        ids.add(ids(tf, results.get(i), parts.get(i).count()));
      }
      List<Operand<TFloat32>> state = new ArrayList<>();
      for (Handle<TFloat32> tensor : inLoop.state()) {
        state.add(joinRows(tf, results.stream().map(v -> v.get(tensor)).toList()));
      }
      var last = joinRows(tf, results.stream().map(v -> v.get(previous)).toList());
      return new Generated(joinRows(tf, ids), new Beginning(last, new RnnState(state)));
    }

    /** Returns the generated ids of some rows, {@code [rows, time]}. */
    private Operand<TInt32> ids(Ops tf, Values v, Operand<TInt32> rows) {
      var count = tf.constant(size().tokens());
      var stacked = // [iterations, tokens, rows]
          tf.tensorListStack(v.get(tokens), tf.stack(List.of(count, rows)), TInt32.class);
      var byRow = tf.linalg.transpose(stacked, tf.constant(new int[] {2, 0, 1}));
      return tf.reshape(byRow, tf.stack(List.of(rows, tf.math.mul(iterations, count))));
    }

    private <T extends TType> Operand<T> joinRows(Ops tf, List<Operand<T>> parts) {
      return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
    }
  }
}
