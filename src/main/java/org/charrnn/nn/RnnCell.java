package org.charrnn.nn;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** One time step of a recurrent layer, or of a stack of them. */
public interface RnnCell {

  /** What a step gives: the output, {@code [batch, hidden]}, and the state for the next step. */
  record Step(Operand<TFloat32> output, RnnState state) {}

  /** Features of the input. */
  int inputSize();

  /** Features of the output. */
  int hiddenSize();

  /** Features of each state tensor. */
  List<Integer> stateSizes();

  /** The weights the cell reads, in a fixed order. */
  List<Operand<TFloat32>> parameters();

  /**
   * Returns the same cell over other weights, such as those handed into the body of a loop.
   *
   * @param parameters in the order of {@link #parameters()}, of the same shapes
   */
  RnnCell withParameters(List<Operand<TFloat32>> parameters);

  /**
   * Reads one time step.
   *
   * @param input {@code [batch, inputSize]}
   * @param previous the state after the step before
   */
  Step step(Ops tf, Operand<TFloat32> input, RnnState previous);

  /**
   * The same cell in the form that trains fastest, over the same weights; empty for stacks and
   * wrappers, for which there is {@link FusedStack}.
   *
   * @param tf builds into the graph that owns the weights
   * @param products the type that its matrix products are made in
   */
  default Optional<FusedCell> fused(Ops tf, Class<? extends TFloating> products) {
    return Optional.empty();
  }

  /**
   * The state before the first step: zeros.
   *
   * @param batchSize scalar, rows of the batch
   */
  default RnnState zeroState(Ops tf, Operand<TInt32> batchSize) {
    return new RnnState(
        stateSizes().stream()
            .<Operand<TFloat32>>map(
                size -> tf.fill(tf.stack(List.of(batchSize, tf.constant(size))), tf.constant(0f)))
            .toList());
  }
}
