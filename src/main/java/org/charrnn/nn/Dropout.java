package org.charrnn.nn;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
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
  private final Optional<Operand<TInt64>> firstRow;
  private long places;

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, another one in each training step
   * @param seed any value
   */
  public Dropout(Operand<TFloat32> keepProbability, Operand<TInt64> step, long seed) {
    this(keepProbability, step, seed, Optional.empty());
  }

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, another one in each training step
   * @param seed any value
   * @param firstRow scalar: if the values are some rows of a larger batch, the number of the first
   *     in it; then the same is dropped of them as in that batch
   */
  public Dropout(
      Operand<TFloat32> keepProbability,
      Operand<TInt64> step,
      long seed,
      Optional<Operand<TInt64>> firstRow) {
    this.keepProbability = keepProbability;
    this.step = step;
    this.seed = seed;
    this.firstRow = firstRow;
  }

  /** Returns {@code x} with a part of its elements set to zero, another part at each call. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    Shape row = x.shape().tail();
    return apply(tf, x, mask(tf, tf.shape(x), row.size()));
  }

  /** Returns {@code x}, or its gradient, without the elements that a mask drops. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, Operand<TFloat32> mask) {
    return tf.math.mul(tf.math.div(x, keepProbability), mask);
  }

  /**
   * Returns 1 for what is kept and 0 for what is dropped, another part at each call.
   *
   * @param shape of the values
   * @param rowSize values in a row: the product of all dimensions but the first
   */
  Operand<TFloat32> mask(Ops tf, Operand<TInt32> shape, long rowSize) {
    var place = tf.constant(seed + places++);
    Operand<TInt64> seeds = tf.stack(List.of(place, step));
    Operand<TFloat32> uniform = // [0, 1)
        firstRow.isPresent()
            ? StatelessRows.uniform(tf, seeds, shape, rowSize, firstRow.get())
            : tf.random.statelessRandomUniform(shape, seeds, TFloat32.class);
    return tf.math.floor(tf.math.add(uniform, keepProbability));
  }
}
