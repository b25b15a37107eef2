package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A cell's kernel in its two parts: the rows that read the input, which are multiplied for all time
 * steps at once, and those that read the hidden state, step by step.
 *
 * @param <T> in which its products are made
 */
final class SplitKernel<T extends TFloating> {
  /** Fewer leave a core idle at the end of a step, more take longer to add up. */
  private static final int PARTS_OF_A_SEQUENCE = 2;

  private final Class<T> products; // their type
  private final Operand<TFloat32> bias; // [columns]
  private final Factor<T> inputRows; // [input, columns]
  private final Factor<T> hiddenRows; // [hidden, columns]
  private final Factor<T> toInput; // [columns, input]
  private final Factor<T> toHidden; // [columns, hidden]

  /**
   * @param kernel {@code [input + hidden, columns]}
   * @param bias {@code [columns]}
   */
  SplitKernel(
      Ops tf, Operand<TFloat32> kernel, Operand<TFloat32> bias, int inputSize, Class<T> products) {
    this.products = products;
    this.bias = bias;
    inputRows = factor(tf, rows(tf, kernel, 0, inputSize));
    hiddenRows = factor(tf, rows(tf, kernel, inputSize, -1));
    var transposed = tf.constant(new int[] {1, 0});
    toInput = factor(tf, tf.linalg.transpose(inputRows.matrix(), transposed));
    toHidden = factor(tf, tf.linalg.transpose(hiddenRows.matrix(), transposed));
  }

  private Factor<T> factor(Ops tf, Operand<TFloat32> matrix) {
    return new Factor<>(tf, matrix, products);
  }

  private static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> kernel, int from, int count) {
    return tf.slice(kernel, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
  }

  /** The rows that read the hidden state, {@code [hidden, columns]}. */
  Operand<TFloat32> hiddenRows() {
    return hiddenRows.matrix();
  }

  /** What the inputs and the bias give each time step, {@code [batch, columns]}. */
  List<Operand<TFloat32>> ofInputs(Ops tf, LayerInput input) {
    var products = input.product(tf, inputRows, bias); // [time * batch, columns]
    return TimeSteps.split(tf, products, input.timeSteps()).steps();
  }

  /** Adds what a hidden state {@code [batch, hidden]} gives. */
  Operand<TFloat32> add(Ops tf, Operand<TFloat32> ofInput, Operand<TFloat32> hidden) {
    return tf.math.add(ofInput, hiddenRows.product(tf, hidden));
  }

  /** From the gradient of one step's sum to the hidden state's, {@code [batch, hidden]}. */
  Operand<TFloat32> toHidden(Ops tf, Operand<TFloat32> ofSum) {
    return toHidden.product(tf, ofSum);
  }

  /**
   * The gradients of the kernel, the bias and the inputs, by products over many time steps.
   *
   * @param hidden the hidden states that were read, {@code [batch, hidden]}
   * @param ofSums the gradient of each time step's sum, {@code [batch, columns]}
   */
  FusedCell.Gradients gradients(
      Ops tf, LayerInput input, TimeSteps hidden, List<Operand<TFloat32>> ofSums) {
    List<Operand<TFloat32>> ofInputRows = new ArrayList<>();
    List<Operand<TFloat32>> ofHiddenRows = new ArrayList<>();
    List<Operand<TFloat32>> ofBias = new ArrayList<>();
    List<Operand<TFloat32>> ofInputs = new ArrayList<>();
    int parts = Math.min(PARTS_OF_A_SEQUENCE, ofSums.size());
    for (int part = 0; part < parts; part++) {
      int from = ofSums.size() * part / parts;
      int count = ofSums.size() * (part + 1) / parts - from;
      var sums = TimeSteps.join(tf, ofSums.subList(from, from + count)).all();
      Factor<T> ofProducts = factor(tf, sums);
      ofInputRows.add(input.matrixGradient(tf, from, count, ofProducts));
      ofHiddenRows.add(ofProducts.productTransposed(tf, hidden.part(tf, from, count).all()));
      ofBias.add(tf.nn.biasAddGrad(sums));
      ofInputs.addAll(TimeSteps.split(tf, toInput.product(tf, ofProducts), count).steps());
    }
    return new FusedCell.Gradients(
        List.of(
            new GradientParts(List.of(ofInputRows, ofHiddenRows)),
            new GradientParts(List.of(ofBias))),
        ofInputs);
  }
}
