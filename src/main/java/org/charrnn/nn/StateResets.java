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
 * Sets the carried state of some rows of a batch to zero in each training step, so that a network
 * learns to start a text, too (<a href="https://arxiv.org/abs/1707.05589">Melis et al., On the
 * State of the Art of Evaluation in Neural Language Models</a>).
 *
 * <p>Which rows these are depends only on the seed, the training step and the index of the row in
 * the whole batch. A probability of 0 turns resets off exactly.
 */
public final class StateResets {
  private final Dropout rows;

  /**
   * @param keepProbability scalar, above 0, at most 1
   * @param step scalar, different in each training step
   * @param seed any value
   * @param firstRow scalar: the index of the first row, if they are some of a larger batch
   */
  public StateResets(
      Operand<TFloat32> keepProbability,
      Operand<TInt64> step,
      long seed,
      Optional<Operand<TInt64>> firstRow) {
    long otherThanDropout = new SplittableRandom(seed).nextLong();
    rows = new Dropout(keepProbability, step, otherThanDropout, firstRow);
  }

  /**
   * Returns the state with zeros in some rows, the same in all tensors.
   *
   * @param state each {@code [rows, size]}
   */
  public List<Operand<TFloat32>> apply(Ops tf, List<Operand<TFloat32>> state) {
    Operand<TInt32> shape = tf.constant(new int[] {(int) state.get(0).shape().get(0), 1});
    Operand<TFloat32> kept = rows.mask(tf, shape, 1); // [rows, 1]
    return state.stream().<Operand<TFloat32>>map(tensor -> tf.math.mul(tensor, kept)).toList();
  }
}
