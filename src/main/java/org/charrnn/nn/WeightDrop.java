package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Drops recurrent weights, those that multiply the hidden state, in each training step: the same
 * for all rows and time steps (weight-dropped LSTM: <a
 * href="https://arxiv.org/abs/1708.02182">Merity et al., Regularizing and Optimizing LSTM Language
 * Models</a>, after the DropConnect of Wan et al. 2013). As with {@link Dropout}, the weights that
 * are kept are divided by the probability of being kept.
 *
 * <p>Which weights these are depends only on the seed, the training step and the number of kernels
 * before. A keep probability of 1 turns it off exactly.
 */
public final class WeightDrop {
  private final Dropout weights;

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, different in each training step
   * @param seed any value
   */
  public WeightDrop(Operand<TFloat32> keepProbability, Operand<TInt64> step, long seed) {
    long otherThanDropout = new SplittableRandom(seed ^ 0x57D0).nextLong();
    weights = new Dropout(keepProbability, step, otherThanDropout);
  }

  /**
   * Draws the factors of a cell's kernel: 1 for the rows of the input, 0 or 1 / keep probability
   * for the rows of the hidden state.
   *
   * @param kernel {@code [input + hidden, columns]}
   * @param hiddenSize rows of the hidden state, the last
   * @return of the kernel's shape; multiplies the kernel and its gradient
   */
  public Operand<TFloat32> factors(Ops tf, Shape kernel, int hiddenSize) {
    int columns = (int) kernel.get(1);
    int inputSize = (int) kernel.get(0) - hiddenSize;
    var factors = weights.factors(tf, tf.constant(new int[] {hiddenSize, columns}), columns);
    List<Operand<TFloat32>> rows = new ArrayList<>();
    rows.add(tf.fill(tf.constant(new int[] {inputSize, columns}), tf.constant(1f)));
    rows.add(factors);
    return tf.concat(rows, tf.constant(0));
  }
}
