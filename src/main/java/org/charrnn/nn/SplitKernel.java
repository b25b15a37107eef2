package org.charrnn.nn;

import java.util.ArrayList;
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
  /** Fewer leave a core idle at the end of a step, more take longer to add up. */
  private static final int PARTS_OF_A_SEQUENCE = 2;

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
      ofInputRows.add(input.matrixGradient(tf, from, count, sums));
      ofHiddenRows.add(
          tf.linalg.matMul(hidden.part(tf, from, count).all(), sums, MatMul.transposeA(true)));
      ofBias.add(tf.nn.biasAddGrad(sums));
      ofInputs.addAll(TimeSteps.split(tf, tf.linalg.matMul(sums, toInput), count).steps());
    }
    return new FusedCell.Gradients(
        List.of(
            new GradientParts(List.of(ofInputRows, ofHiddenRows)),
            new GradientParts(List.of(ofBias))),
        ofInputs);
  }
}
