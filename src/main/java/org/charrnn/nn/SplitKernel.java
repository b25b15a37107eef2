package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * A cell's kernel in its two parts: the rows that read the input, which are multiplied for all time
 * steps at once, and those that read the hidden state, step by step.
 */
final class SplitKernel {
  private final Operand<TFloat32> bias; // [columns]
  private final Operand<TFloat32> inputRows; // [input, columns]
  private final Operand<TFloat32> hiddenRows; // [hidden, columns]
  private final Operand<TFloat32> toInput; // [columns, input]
  private final Operand<TFloat32> toHidden; // [columns, hidden]

  /**
   * @param kernel {@code [input + hidden, columns]}
   * @param bias {@code [columns]}
   */
  SplitKernel(Ops tf, Operand<TFloat32> kernel, Operand<TFloat32> bias, int inputSize) {
    this.bias = bias;
    inputRows = rows(tf, kernel, 0, inputSize);
    hiddenRows = rows(tf, kernel, inputSize, -1);
    var transposed = tf.constant(new int[] {1, 0});
    toInput = tf.linalg.transpose(inputRows, transposed);
    toHidden = tf.linalg.transpose(hiddenRows, transposed);
  }

  private static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> kernel, int from, int count) {
    return tf.slice(kernel, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
  }

  /** The rows that read the hidden state, {@code [hidden, columns]}. */
  Operand<TFloat32> hiddenRows() {
    return hiddenRows;
  }

  /** What the inputs and the bias give each time step, {@code [batch, columns]}. */
  List<Operand<TFloat32>> ofInputs(Ops tf, LayerInput input) {
    var products = input.product(tf, inputRows, bias); // [time * batch, columns]
    return TimeSteps.split(tf, products, input.timeSteps()).steps();
  }

  /** Adds what a hidden state {@code [batch, hidden]} gives. */
  Operand<TFloat32> add(Ops tf, Operand<TFloat32> ofInput, Operand<TFloat32> hidden) {
    return tf.math.add(ofInput, tf.linalg.matMul(hidden, hiddenRows));
  }

  /** From the gradient of one step's sum to the hidden state's, {@code [batch, hidden]}. */
  Operand<TFloat32> toHidden(Ops tf, Operand<TFloat32> ofSum) {
    return tf.linalg.matMul(ofSum, toHidden);
  }

  /** From the gradients of all sums to the inputs', {@code [time * batch, input]}. */
  Operand<TFloat32> toInputs(Ops tf, Operand<TFloat32> ofSums) {
    return tf.linalg.matMul(ofSums, toInput);
  }

  /**
   * The gradients of the kernel and the bias.
   *
   * @param hidden the hidden states that were read, {@code [time * batch, hidden]}
   * @param ofSums {@code [time * batch, columns]}
   */
  List<Operand<TFloat32>> gradients(
      Ops tf, LayerInput input, Operand<TFloat32> hidden, Operand<TFloat32> ofSums) {
    var ofHiddenRows = tf.linalg.matMul(hidden, ofSums, MatMul.transposeA(true));
    var parts = List.of(input.matrixGradient(tf, ofSums), ofHiddenRows);
    return List.of(tf.concat(parts, tf.constant(0)), tf.nn.biasAddGrad(ofSums));
  }
}
