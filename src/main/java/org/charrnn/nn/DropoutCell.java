package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A cell with dropout on its input, never on its state (Zaremba et al., arXiv:1409.2329). All time
 * steps drop the same features (Gal and Ghahramani, arXiv:1512.05287): TensorFlow 1's {@code
 * DropoutWrapper} with {@code input_keep_prob} and {@code variational_recurrent}.
 *
 * <p>A stack of such cells applies dropout once to each connection between layers; apply {@link
 * Dropout#applyToSequence} to the output of the stack for the last connection.
 *
 * <p>The mask is drawn at the first time step that is added to a graph. Use a new cell for each
 * sequence, and unroll it with {@link StaticRnn}.
 */
public final class DropoutCell implements RnnCell {
  private final RnnCell cell;
  private final Dropout dropout;
  private Operand<TFloat32> factors; // null before the first time step

  /** Wraps a cell. */
  public DropoutCell(RnnCell cell, Dropout dropout) {
    this.cell = cell;
    this.dropout = dropout;
  }

  @Override
  public int inputSize() {
    return cell.inputSize();
  }

  @Override
  public int hiddenSize() {
    return cell.hiddenSize();
  }

  @Override
  public List<Integer> stateSizes() {
    return cell.stateSizes();
  }

  @Override
  public List<Operand<TFloat32>> parameters() {
    return cell.parameters();
  }

  @Override
  public DropoutCell withParameters(List<Operand<TFloat32>> parameters) {
    return new DropoutCell(cell.withParameters(parameters), dropout);
  }

  @Override
  public Step step(Ops tf, Operand<TFloat32> input, RnnState previous) {
    if (factors == null) {
      factors = dropout.factors(tf, tf.shape(input), inputSize());
    }
    return cell.step(tf, tf.math.mul(input, factors), previous);
  }
}
