package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The fully connected layer on top of the cells that computes a logit for each class: {@code x * w
 * + b}.
 *
 * <p>There is no activation, since the loss applies the softmax itself. Passing activated outputs
 * to {@link SequenceLoss} would squash them twice.
 *
 * @param w {@code softmax_w}, {@code [hidden, classes]}
 * @param b {@code softmax_b}, {@code [classes]}
 */
public record SoftmaxLayer(Operand<TFloat32> w, Operand<TFloat32> b) {

  /** Creates a layer and its variables {@code softmax_w} and {@code softmax_b}. */
  public static SoftmaxLayer create(Variables variables, int hiddenSize, int classes) {
    return new SoftmaxLayer(
        variables.glorotUniform("softmax_w", hiddenSize, classes).value(),
        variables.zeros("softmax_b", classes).value());
  }

  /**
   * Computes the logits of every row.
   *
   * @param x {@code [rows, hidden]}
   * @return logits {@code [rows, classes]}
   */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(tf.linalg.matMul(x, w), b);
  }
}
