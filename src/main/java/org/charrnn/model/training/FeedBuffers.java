package org.charrnn.model.training;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/**
 * Native memory for operands that are fed repeatedly.
 *
 * <p>A variable that is assigned a fed tensor may keep its memory, which the next feed would then
 * overwrite. So these buffers are for operands that are only read.
 */
final class FeedBuffers implements AutoCloseable {
  private final List<? extends Operand<TFloat32>> operands;
  private final List<TFloat32> tensors = new ArrayList<>();

  /**
   * Allocates the buffers.
   *
   * @param operands with fully defined shapes
   */
  FeedBuffers(List<? extends Operand<TFloat32>> operands) {
    this.operands = operands;
    operands.forEach(operand -> tensors.add(TFloat32.tensorOf(operand.shape())));
  }

  /** Copies an array for each operand, the last dimension varying fastest. */
  void set(float[][] values) {
    if (values.length != tensors.size()) {
      throw new IllegalArgumentException(
          "%d arrays for %d operands".formatted(values.length, tensors.size()));
    }
    for (int i = 0; i < values.length; i++) {
      Tensors.copy(values[i], tensors.get(i));
    }
  }

  Session.Runner feed(Session.Runner runner) {
    for (int i = 0; i < tensors.size(); i++) {
      runner.feed(operands.get(i), tensors.get(i));
    }
    return runner;
  }

  @Override
  public void close() {
    tensors.forEach(TFloat32::close);
  }
}
