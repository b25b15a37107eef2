package org.charrnn.nn;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Dropout (Srivastava et al. 2014), scaled at training time: the values that are kept are divided
 * by the probability of being kept.
 *
 * <p>Each mask depends only on the seed, the training step and the number of masks drawn before it
 * in the graph. A resumed training therefore drops the same values, and trainings with neighbouring
 * seeds share no mask. A keep probability of 1 turns dropout off exactly.
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

  /**
   * Drops the same features in all time steps of a row (variational dropout: Gal and Ghahramani,
   * arXiv:1512.05287).
   *
   * @param x {@code [batch, time, features]}
   */
  public Operand<TFloat32> applyToSequence(Ops tf, Operand<TFloat32> x) {
    int batch = (int) x.shape().get(0);
    int features = (int) x.shape().get(2);
    return tf.math.mul(x, factors(tf, tf.constant(new int[] {batch, 1, features}), features));
  }

  /**
   * Draws factors: 0 for values that are dropped, 1 / keep probability for the others. They
   * multiply the values and their gradient.
   *
   * @param shape of the values
   * @param rowSize values in a row: the product of all dimensions but the first
   */
  public Operand<TFloat32> factors(Ops tf, Operand<TInt32> shape, long rowSize) {
    return tf.math.div(mask(tf, shape, rowSize), keepProbability);
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
