package org.charrnn.nn.fused;

import java.util.List;
import org.charrnn.nn.SoftmaxLayer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** {@link SoftmaxLayer} for fast training, with explicit gradients. */
public final class FusedSoftmax {
  private final Class<? extends TFloating> matMulType;
  private final MatMulInput<?> w; // [hidden, classes]
  private final MatMulInput<?> wTransposed; // [classes, hidden]
  private final Operand<TFloat32> b; // [classes]

  /** Uses the weights of a layer. */
  public FusedSoftmax(Ops tf, SoftmaxLayer layer, Class<? extends TFloating> matMulType) {
    this.matMulType = matMulType;
    w = new MatMulInput<>(tf, layer.w(), matMulType);
    var transposed = tf.linalg.transpose(layer.w(), tf.constant(new int[] {1, 0}));
    wTransposed = new MatMulInput<>(tf, transposed, matMulType);
    b = layer.b();
  }

  /**
   * Computes the logits of every row.
   *
   * @param x {@code [rows, hidden]}
   * @return logits {@code [rows, classes]}
   */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(w.product(tf, x), b);
  }

  /**
   * Returns the gradient of the input.
   *
   * @param dLogits {@code [rows, classes]}
   * @return {@code [rows, hidden]}
   */
  public Operand<TFloat32> dInput(Ops tf, Operand<TFloat32> dLogits) {
    return wTransposed.product(tf, dLogits);
  }

  /**
   * Returns the gradients of {@code softmax_w} and {@code softmax_b}.
   *
   * @param x {@code [rows, hidden]}
   * @param dLogits {@code [rows, classes]}
   */
  public List<GradientParts> dParameters(Ops tf, Operand<TFloat32> x, Operand<TFloat32> dLogits) {
    return List.of(
        GradientParts.of(new MatMulInput<>(tf, dLogits, matMulType).productTransposed(tf, x)),
        GradientParts.of(tf.nn.biasAddGrad(dLogits)));
  }
}
