package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.fused.TimeSteps;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Reads the beginnings of texts in a loop in the graph. An iteration reads several tokens, of which
 * the products that need no other token are computed at once.
 *
 * @param network whose weights may be arguments of the function that the loop is part of
 * @param tokens that an iteration reads in each row
 */
public record PrimeLoop(Network network, int tokens) {
  private static final int FEW_TOKENS = 4;

  /** Returns a loop for long texts. */
  public static PrimeLoop of(Network network) {
    return new PrimeLoop(network, IterationSize.of(network.config()).tokens());
  }

  /** Returns a loop that is built sooner and reads more slowly. */
  static PrimeLoop withSmallBody(Network network) {
    int tokens = IterationSize.of(network.config()).tokens();
    return new PrimeLoop(network, Math.min(FEW_TOKENS, tokens));
  }

  /**
   * Reads texts, starting from a state of zeros.
   *
   * @param name of the loop, unique in the graph
   * @param ids {@code [rows, time]}
   * @param counts number of tokens to read in each row, {@code [rows]}
   * @return the state after these tokens
   */
  public RnnState read(Ops tf, String name, Operand<TInt32> ids, Operand<TInt32> counts) {
    var rows = tf.gather(tf.shape(ids), tf.constant(0), tf.constant(0));
    var noIds = tf.fill(tf.stack(List.of(rows, tf.constant(tokens - 1))), tf.constant(0));
    LoopVariables variables = new LoopVariables();
    var time = variables.add(tf.constant(0), Shape.scalar());
    var longest = variables.add(tf.reduceMax(counts, tf.constant(0)), Shape.scalar());
    var padded = variables.add(tf.concat(List.of(ids, noIds), tf.constant(1)), Shape.of(-1, -1));
    var allCounts = variables.add(counts, Shape.of(-1));
    RnnState zeros = network.cells().zeroState(tf, rows);
    var inLoop = StepNetwork.Variables.add(variables, network, zeros);
    LoopVariables.Values result =
        variables.loop(
            tf,
            name,
            (loop, v) -> loop.math.less(v.get(time), v.get(longest)),
            (loop, v) -> {
              var some = // [time * rows]
                  timeMajor(loop, v.get(padded), v.get(time), tokens);
              List<TimeSteps> states =
                  StepNetwork.of(loop, inLoop.network(v)).read(loop, some, tokens, inLoop.state(v));
              var left = loop.math.sub(v.get(allCounts), v.get(time));
              var read = // in each row, [rows]
                  loop.math.maximum(
                      loop.constant(0), loop.math.minimum(left, loop.constant(tokens)));
              v.set(inLoop.state(), after(loop, states, read));
              v.set(time, loop.math.add(v.get(time), loop.constant(tokens)));
            });
    return inLoop.state(result);
  }

  private static Operand<TInt32> timeMajor(
      Ops tf, Operand<TInt32> ids, Operand<TInt32> time, int tokens) {
    var begin = tf.stack(List.of(tf.constant(0), time));
    var some = tf.slice(ids, begin, tf.constant(new int[] {-1, tokens})); // [rows, time]
    var transposed = tf.linalg.transpose(some, tf.constant(new int[] {1, 0}));
    return tf.reshape(transposed, tf.constant(new int[] {-1}));
  }

  /**
   * Returns the state of each row after the tokens that it has.
   *
   * @param states before the first token, then after each
   * @param counts of tokens, {@code [rows]}
   */
  private static List<Operand<TFloat32>> after(
      Ops tf, List<TimeSteps> states, Operand<TInt32> counts) {
    var rows = tf.size(counts);
    var row = tf.range(tf.constant(0), rows, tf.constant(1));
    var index = tf.math.add(tf.math.mul(counts, rows), row); // [rows], in [time * rows]
    List<Operand<TFloat32>> state = new ArrayList<>();
    states.forEach(steps -> state.add(tf.gather(steps.all(), index, tf.constant(0))));
    return state;
  }
}
