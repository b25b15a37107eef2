package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The layer on top of the cells that scores each class: {@code x * w + b}.
 *
 * <p>The scores are logits: no activation, since the loss applies the softmax itself. Feeding an
 * activated output into {@link SequenceLoss} would squash it twice.
 *
 * @param w {@code softmax_w}, {@code [hidden, classes]}
 * @param b {@code softmax_b}, {@code [classes]}
 */
public record SoftmaxLayer(Operand<TFloat32> w, Operand<TFloat32> b) {

  /** Makes a layer with the variables {@code softmax_w} and {@code softmax_b}. */
  public static SoftmaxLayer create(Variables variables, int hiddenSize, int classes) {
    return new SoftmaxLayer(
        variables.glorotUniform("softmax_w", hiddenSize, classes).value(),
        variables.zeros("softmax_b", classes).value());
  }

  /**
   * Scores every row.
   *
   * @param x {@code [rows, hidden]}
   * @return logits {@code [rows, classes]}
   */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(tf.linalg.matMul(x, w), b);
  }
}
