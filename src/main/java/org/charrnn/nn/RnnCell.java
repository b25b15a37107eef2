package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A recurrent layer, or a stack of them, that reads one time step at a time. */
public interface RnnCell {
  /** The result of a step: the output, {@code [batch, hidden]}, and the state for the next step. */
  record Step(Operand<TFloat32> output, RnnState state) {}

  /** Size of the last dimension of the input. */
  int inputSize();

  /** Size of the last dimension of the output. */
  int hiddenSize();

  /** Size of the last dimension of each state tensor. */
  List<Integer> stateSizes();

  /** The weights of the cell, in a fixed order. */
  List<Operand<TFloat32>> parameters();

  /**
   * Returns the same cell with other weights, such as those passed to the body of a loop.
   *
   * @param parameters in the order of {@link #parameters()}, with the same shapes
   */
  RnnCell withParameters(List<Operand<TFloat32>> parameters);

  /**
   * Reads one time step.
   *
   * @param input {@code [batch, inputSize]}
   * @param previous the state after the previous step
   * @throws IllegalArgumentException if the state has more or fewer tensors than the cell
   */
  Step step(Ops tf, Operand<TFloat32> input, RnnState previous);

  /**
   * Returns the state before the first step: zeros.
   *
   * @param batchSize scalar, rows in the batch
   */
  default RnnState zeroState(Ops tf, Operand<TInt32> batchSize) {
    return new RnnState(
        stateSizes().stream()
            .<Operand<TFloat32>>map(
                size -> tf.fill(tf.stack(List.of(batchSize, tf.constant(size))), tf.constant(0f)))
            .toList());
  }
}
