package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a cell carries from one time step to the next; only the cell knows what each tensor means.
 *
 * @param tensors each {@code [batch, size]}, with the sizes that {@link RnnCell#stateSizes()} tells
 */
public record RnnState(List<Operand<TFloat32>> tensors) {
  public RnnState {
    tensors = List.copyOf(tensors);
  }
}
