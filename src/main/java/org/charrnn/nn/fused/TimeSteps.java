package org.charrnn.nn.fused;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A sequence in two forms: a tensor for each time step, and one tensor of all time steps, so that
 * operations that do not depend on other time steps can process all of them at once.
 *
 * @param steps one for each time step, {@code [batch, features]}
 * @param all the same values, time-major, {@code [time * batch, features]}
 */
public record TimeSteps(List<Operand<TFloat32>> steps, Operand<TFloat32> all) {
  public TimeSteps {
    steps = List.copyOf(steps);
  }

  /**
   * Splits a sequence into its time steps.
   *
   * @param all {@code [time * batch, features]}
   */
  public static TimeSteps split(Ops tf, Operand<TFloat32> all, int timeSteps) {
    return new TimeSteps(
        List.copyOf(tf.split(tf.constant(0), all, (long) timeSteps).output()), all);
  }

  /**
   * Concatenates time steps.
   *
   * @param steps one for each time step, {@code [batch, features]}
   */
  public static TimeSteps join(Ops tf, List<Operand<TFloat32>> steps) {
    return new TimeSteps(
        steps, steps.size() == 1 ? steps.get(0) : tf.concat(steps, tf.constant(0)));
  }

  /** Returns {@code count} time steps, as a slice without a copy if the batch size is known. */
  TimeSteps part(Ops tf, int from, int count) {
    List<Operand<TFloat32>> part = steps.subList(from, from + count);
    long batch = steps.get(0).shape().get(0);
    if (batch == Shape.UNKNOWN_SIZE) {
      return join(tf, part);
    }
    var begin = tf.constant(new long[] {from * batch, 0});
    return new TimeSteps(part, tf.slice(all, begin, tf.constant(new long[] {count * batch, -1})));
  }
}
