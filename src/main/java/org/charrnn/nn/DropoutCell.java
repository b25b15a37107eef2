package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A cell with dropout on its input, never on its state (Zaremba et al., arXiv:1409.2329):
 * TensorFlow 1's {@code DropoutWrapper} with {@code input_keep_prob}.
 *
 * <p>A stack of such cells applies dropout once to each connection between layers; apply {@link
 * Dropout} to the output of the stack for the last connection.
 */
public record DropoutCell(RnnCell cell, Dropout dropout) implements RnnCell {
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
    return cell.step(tf, dropout.apply(tf, input), previous);
  }
}
