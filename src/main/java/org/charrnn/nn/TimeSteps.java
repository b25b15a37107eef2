package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A tensor for each time step of a sequence, and the same numbers in one tensor, so that what need
 * not wait for another step can be done for all at once.
 *
 * @param steps of each time step, {@code [batch, features]}
 * @param all time-major, {@code [time * batch, features]}
 */
public record TimeSteps(List<Operand<TFloat32>> steps, Operand<TFloat32> all) {
  public TimeSteps {
    steps = List.copyOf(steps);
  }

  /**
   * Takes a sequence apart.
   *
   * @param all {@code [time * batch, features]}
   */
  public static TimeSteps split(Ops tf, Operand<TFloat32> all, int timeSteps) {
    return new TimeSteps(
        List.copyOf(tf.split(tf.constant(0), all, (long) timeSteps).output()), all);
  }

  /**
   * Puts a sequence together.
   *
   * @param steps of each time step, {@code [batch, features]}
   */
  public static TimeSteps join(Ops tf, List<Operand<TFloat32>> steps) {
    return new TimeSteps(
        steps, steps.size() == 1 ? steps.get(0) : tf.concat(steps, tf.constant(0)));
  }

  /** Returns some steps; a slice of whole rows is, where it can be, no copy. */
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
