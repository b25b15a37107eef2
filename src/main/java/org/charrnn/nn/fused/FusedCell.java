package org.charrnn.nn.fused;

import java.util.List;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A recurrent layer for fast training and generation, whose gradients are computed explicitly
 * instead of by TensorFlow's automatic differentiation.
 *
 * <p>It uses the weights of an {@link RnnCell} and computes the same values up to rounding. Matrix
 * products that do not depend on another time step are computed for all time steps at once: those
 * of the inputs in the forward pass, those for the gradients of weights and inputs in the backward
 * pass. Weights are transposed once for all time steps, since at the size of a batch, products with
 * a transposed matrix are slow.
 *
 * <p>Tensors of whole sequences are time-major, {@code [time * batch, features]}.
 */
public interface FusedCell {
  /** Number of state tensors. */
  int stateTensors();

  /**
   * Runs the layer over a sequence.
   *
   * @param input of all time steps
   * @param initial the state before the first step
   */
  Unrolled unroll(Ops tf, LayerInput input, RnnState initial);

  /**
   * Runs one time step, for which no gradients are computed.
   *
   * @param previous the state after the previous step
   */
  RnnCell.Step step(Ops tf, StepInput input, RnnState previous);

  /** A layer that was run over a sequence, with the values that its backward pass needs. */
  interface Unrolled {
    /** The output of each time step, {@code [batch, hidden]}. */
    TimeSteps outputs();

    /**
     * The state before the first step, then after each, for every state tensor: its values are
     * {@code [batch, size]}.
     */
    List<TimeSteps> states(Ops tf);

    /** The state after the last step. */
    RnnState state();

    /**
     * Backpropagates through time, from the last step to the first. The final state is taken to
     * have no gradient (truncated backpropagation).
     *
     * @param dOutputs the gradient of each time step's output, {@code [batch, hidden]}
     */
    Gradients gradients(Ops tf, List<Operand<TFloat32>> dOutputs);
  }

  /**
   * Gradients of a loss.
   *
   * @param dParameters one for each of {@link RnnCell#parameters()}
   * @param dInputs one for each time step, {@code [batch, input]}
   */
  record Gradients(List<GradientParts> dParameters, List<Operand<TFloat32>> dInputs) {}
}
