package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Dropout (Srivastava et al. 2014), scaled at training time: a kept value is divided by the
 * probability of being kept.
 *
 * <p>What is dropped depends on the seed, the training step and the place in the graph alone, so a
 * training that is resumed drops the same. Feeding a probability of 1 turns it off exactly.
 */
public final class Dropout {
  private final Operand<TFloat32> keepProbability;
  private final Operand<TInt64> step;
  private final long seed;
  private long places;

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, another one in each training step
   * @param seed any value
   */
  public Dropout(Operand<TFloat32> keepProbability, Operand<TInt64> step, long seed) {
    this.keepProbability = keepProbability;
    this.step = step;
    this.seed = seed;
  }

  /** Returns {@code x} with a part of its elements set to zero, another part at each call. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return apply(tf, x, mask(tf, tf.shape(x)));
  }

  /** Returns {@code x}, or its gradient, without the elements that a mask drops. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, Operand<TFloat32> mask) {
    return tf.math.mul(tf.math.div(x, keepProbability), mask);
  }

  /** Returns 1 for what is kept and 0 for what is dropped, another part at each call. */
  Operand<TFloat32> mask(Ops tf, Operand<TInt32> shape) {
    var place = tf.constant(seed + places++);
    var seeds = tf.stack(List.of(place, step));
    var uniform = tf.random.statelessRandomUniform(shape, seeds, TFloat32.class); // [0, 1)
    return tf.math.floor(tf.math.add(uniform, keepProbability));
  }
}
