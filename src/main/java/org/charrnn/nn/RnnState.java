package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The state that a cell carries from one time step to the next. Only the cell knows what each
 * tensor means: an LSTM has {@code c} and {@code h}, a stack has the tensors of all its layers.
 *
 * @param tensors each {@code [batch, size]}, with the sizes of {@link RnnCell#stateSizes()}
 */
public record RnnState(List<Operand<TFloat32>> tensors) {
  public RnnState {
    tensors = List.copyOf(tensors);
  }

  /**
   * Returns the state of some rows.
   *
   * @param rows indices, in any order, {@code [n]}
   * @return each tensor {@code [n, size]}
   */
  public RnnState gather(Ops tf, Operand<TInt32> rows) {
    return new RnnState(
        tensors.stream()
            .<Operand<TFloat32>>map(tensor -> tf.gather(tensor, rows, tf.constant(0)))
            .toList());
  }

  /**
   * Returns the tensors after checking their number.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public List<Operand<TFloat32>> require(int count) {
    if (tensors.size() != count) {
      throw new IllegalArgumentException(
          "the cell's state has %d tensor%s, got %d"
              .formatted(count, count == 1 ? "" : "s", tensors.size()));
    }
    return tensors;
  }
}
