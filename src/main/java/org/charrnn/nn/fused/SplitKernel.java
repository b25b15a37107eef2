package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A cell's kernel, split into the rows for the input, which is multiplied for all time steps at
 * once, and the rows for the hidden state, which is multiplied step by step.
 *
 * @param <T> type in which matrices are multiplied
 */
public final class SplitKernel<T extends TFloating> {
  /**
   * Parts of a sequence for the gradients of weights: with fewer, a core is idle at the end of a
   * training step; with more, adding them up takes longer.
   */
  private static final int PARTS_OF_A_SEQUENCE = 2;

  private final Class<T> matMulType;
  private final Operand<TFloat32> whole; // [input + hidden, columns]
  private final Operand<TFloat32> bias; // [columns]
  private final MatMulInput<T> inputRows; // [input, columns]
  private final MatMulInput<T> hiddenRows; // [hidden, columns]
  private final MatMulInput<T> inputRowsTransposed; // [columns, input]
  private final MatMulInput<T> hiddenRowsTransposed; // [columns, hidden]

  /**
   * @param kernel {@code [input + hidden, columns]}
   * @param bias {@code [columns]}
   */
  SplitKernel(
      Ops tf,
      Operand<TFloat32> kernel,
      Operand<TFloat32> bias,
      int inputSize,
      Class<T> matMulType) {
    this.matMulType = matMulType;
    whole = kernel;
    this.bias = bias;
    inputRows = matMulInput(tf, rows(tf, kernel, 0, inputSize));
    hiddenRows = matMulInput(tf, rows(tf, kernel, inputSize, -1));
    var transposed = tf.constant(new int[] {1, 0});
    inputRowsTransposed = matMulInput(tf, tf.linalg.transpose(inputRows.matrix(), transposed));
    hiddenRowsTransposed = matMulInput(tf, tf.linalg.transpose(hiddenRows.matrix(), transposed));
  }

  private MatMulInput<T> matMulInput(Ops tf, Operand<TFloat32> matrix) {
    return new MatMulInput<>(tf, matrix, matMulType);
  }

  private static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> kernel, int from, int count) {
    return tf.slice(kernel, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
  }

  /** The kernel, {@code [input + hidden, columns]}. */
  Operand<TFloat32> whole() {
    return whole;
  }

  /** {@code [columns]}. */
  Operand<TFloat32> bias() {
    return bias;
  }

  /** The rows for the input, {@code [input, columns]}. */
  Operand<TFloat32> inputRows() {
    return inputRows.matrix();
  }

  /** The rows for the hidden state, {@code [hidden, columns]}. */
  Operand<TFloat32> hiddenRows() {
    return hiddenRows.matrix();
  }

  /** Returns the products of the inputs plus the bias, {@code [batch, columns]} per time step. */
  List<Operand<TFloat32>> inputProducts(Ops tf, LayerInput input) {
    var products = input.product(tf, inputRows, bias); // [time * batch, columns]
    return TimeSteps.split(tf, products, input.timeSteps()).steps();
  }

  /**
   * Adds the product of the hidden state to that of the input.
   *
   * @param inputProduct {@code [batch, columns]}
   * @param h {@code [batch, hidden]}
   */
  Operand<TFloat32> addHiddenProduct(Ops tf, Operand<TFloat32> inputProduct, Operand<TFloat32> h) {
    return tf.math.add(inputProduct, hiddenRows.product(tf, h));
  }

  /** Returns the gradient of the hidden state, {@code [batch, hidden]}, from that of a sum. */
  Operand<TFloat32> dHidden(Ops tf, Operand<TFloat32> dSum) {
    return hiddenRowsTransposed.product(tf, dSum);
  }

  /**
   * Returns the gradients of the kernel, the bias and the inputs, each computed for many time steps
   * at once.
   *
   * @param hidden the hidden state that each time step multiplied, {@code [batch, hidden]}
   * @param dSums the gradient of each time step's sum, {@code [batch, columns]}
   */
  FusedCell.Gradients gradients(
      Ops tf, LayerInput input, TimeSteps hidden, List<Operand<TFloat32>> dSums) {
    List<Operand<TFloat32>> dInputRows = new ArrayList<>();
    List<Operand<TFloat32>> dHiddenRows = new ArrayList<>();
    List<Operand<TFloat32>> dBias = new ArrayList<>();
    List<Operand<TFloat32>> dInputs = new ArrayList<>();
    int parts = Math.min(PARTS_OF_A_SEQUENCE, dSums.size());
    for (int part = 0; part < parts; part++) {
      int from = dSums.size() * part / parts;
      int count = dSums.size() * (part + 1) / parts - from;
      var joined = TimeSteps.join(tf, dSums.subList(from, from + count)).all();
      MatMulInput<T> dProducts = matMulInput(tf, joined);
      dInputRows.add(input.dMatrix(tf, from, count, dProducts));
      dHiddenRows.add(dProducts.productTransposed(tf, hidden.part(tf, from, count).all()));
      dBias.add(tf.nn.biasAddGrad(joined));
      var dPart = inputRowsTransposed.product(tf, dProducts);
      dInputs.addAll(TimeSteps.split(tf, dPart, count).steps());
    }
    return new FusedCell.Gradients(
        List.of(
            new GradientParts(List.of(dInputRows, dHiddenRows)), new GradientParts(List.of(dBias))),
        dInputs);
  }
}
