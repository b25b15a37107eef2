package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A recurrent layer made for training at speed, with gradients that are written out instead of
 * derived from the graph.
 *
 * <p>It reads the weights of an {@link RnnCell} and gives the same numbers up to rounding. Every
 * product that need not wait for another time step is made for all steps at once: of the inputs
 * forward, of the weights' and the inputs' gradients backward. Weights are transposed once for all
 * steps and all unrollings, since at the size of a batch a product with a transposed matrix is
 * slow.
 *
 * <p>Tensors over a whole sequence are time-major, {@code [time * batch, features]}.
 */
public interface FusedCell {

  /** How many tensors its state has. */
  int stateTensors();

  /**
   * Runs the layer over a sequence.
   *
   * @param input of each time step
   * @param initial the state before the first step
   */
  Unrolled unroll(Ops tf, LayerInput input, RnnState initial);

  /** A layer run over a sequence, with all that its backward pass needs. */
  interface Unrolled {

    /** What each time step gives, {@code [batch, hidden]}. */
    TimeSteps outputs();

    /** The state after the last step. */
    RnnState state();

    /**
     * Backpropagates through time, from the last step to the first; what a later sequence makes of
     * the final state does not count.
     *
     * @param ofOutputs the gradient of each time step's output, {@code [batch, hidden]}
     */
    Gradients gradients(Ops tf, List<Operand<TFloat32>> ofOutputs);
  }

  /**
   * Gradients of a loss.
   *
   * @param parameters one for each of {@link RnnCell#parameters()}
   * @param inputs of each time step, {@code [batch, input]}
   */
  record Gradients(List<GradientParts> parameters, List<Operand<TFloat32>> inputs) {}
}
