package org.charrnn.nn;

import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * The fully connected layer on top of the cells that computes a logit for each class: {@code x * w
 * + b}.
 *
 * <p>There is no activation, since the loss applies the softmax itself. Passing activated outputs
 * to {@link SequenceLoss} would squash them twice.
 *
 * @param w {@code softmax_w}, {@code [hidden, classes]}; if it is tied, the embeddings, {@code
 *     [classes, hidden]}, which are transposed
 * @param b {@code softmax_b}, {@code [classes]}
 */
public record SoftmaxLayer(Operand<TFloat32> w, Operand<TFloat32> b, boolean isTied) {
  /** A layer with its own weights. */
  public SoftmaxLayer(Operand<TFloat32> w, Operand<TFloat32> b) {
    this(w, b, false);
  }

  /**
   * A layer that shares the weights of the embeddings (Press and Wolf 2017, arXiv:1608.05859).
   *
   * @param embedding {@code [classes, hidden]}
   */
  public static SoftmaxLayer tied(Operand<TFloat32> embedding, Operand<TFloat32> b) {
    return new SoftmaxLayer(embedding, b, true);
  }

  /** Creates a layer and its variables {@code softmax_w} and {@code softmax_b}. */
  public static SoftmaxLayer create(Variables variables, int hiddenSize, int classes) {
    return new SoftmaxLayer(
        variables.glorotUniform("softmax_w", hiddenSize, classes).value(),
        createBias(variables, classes).value());
  }

  /** Creates the variable {@code softmax_b} alone, for a layer that is tied to embeddings. */
  public static ResourceVariable createBias(Variables variables, int classes) {
    return variables.zeros("softmax_b", classes);
  }

  /** Returns the matrix by which outputs are multiplied, {@code [hidden, classes]}. */
  public Operand<TFloat32> matrix(Ops tf) {
    return isTied ? tf.linalg.transpose(w, tf.constant(new int[] {1, 0})) : w;
  }

  /**
   * Computes the logits of every row.
   *
   * @param x {@code [rows, hidden]}
   * @return logits {@code [rows, classes]}
   */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(tf.linalg.matMul(x, w, MatMul.transposeB(isTied)), b);
  }
}
