package org.charrnn.nn;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Dropout (Srivastava et al. 2014), scaled at training time: the values that are kept are divided
 * by the probability of being kept.
 *
 * <p>Each call draws its own mask, which depends only on the seed, the training step and the number
 * of masks drawn before it in the graph. A resumed training therefore drops the same values, and
 * trainings with neighbouring seeds share no mask. A keep probability of 1 turns dropout off
 * exactly.
 */
public final class Dropout {
  private final Operand<TFloat32> keepProbability;
  private final Operand<TInt64> step;
  private final SplittableRandom maskSeeds;
  private final Optional<Operand<TInt64>> firstRow;

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, different in each training step
   * @param seed any value
   */
  public Dropout(Operand<TFloat32> keepProbability, Operand<TInt64> step, long seed) {
    this(keepProbability, step, seed, Optional.empty());
  }

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, different in each training step
   * @param seed any value
   * @param firstRow scalar: if the values are some rows of a larger batch, the index of the first
   *     of them; the same values are dropped as in the whole batch
   */
  public Dropout(
      Operand<TFloat32> keepProbability,
      Operand<TInt64> step,
      long seed,
      Optional<Operand<TInt64>> firstRow) {
    this.keepProbability = keepProbability;
    this.step = step;
    this.maskSeeds = new SplittableRandom(seed).split();
    this.firstRow = firstRow;
  }

  /** Returns {@code x} with some of its elements set to zero, different ones at each call. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    Shape row = x.shape().tail();
    return apply(tf, x, mask(tf, tf.shape(x), row.size()));
  }

  /** Applies a mask to values or to their gradient. */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, Operand<TFloat32> mask) {
    return tf.math.mul(tf.math.div(x, keepProbability), mask);
  }

  /**
   * Draws a mask: 1 for values that are kept, 0 for values that are dropped.
   *
   * @param shape of the values
   * @param rowSize values in a row: the product of all dimensions but the first
   */
  public Operand<TFloat32> mask(Ops tf, Operand<TInt32> shape, long rowSize) {
    Operand<TInt64> seeds = tf.stack(List.of(tf.constant(maskSeeds.nextLong()), step));
    Operand<TFloat32> uniform = // [0, 1)
        firstRow.isPresent()
            ? StatelessRows.uniform(tf, seeds, shape, rowSize, firstRow.get())
            : tf.random.statelessRandomUniform(shape, seeds, TFloat32.class);
    return tf.math.floor(tf.math.add(uniform, keepProbability));
  }
}
