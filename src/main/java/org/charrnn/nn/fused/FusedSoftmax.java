package org.charrnn.nn.fused;

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
  private final boolean isTied;

  /** Uses the weights of a layer. */
  public FusedSoftmax(Ops tf, SoftmaxLayer layer, Class<? extends TFloating> matMulType) {
    this.matMulType = matMulType;
    var given = new MatMulInput<>(tf, layer.w(), matMulType);
    var transposed =
        new MatMulInput<>(
            tf, tf.linalg.transpose(layer.w(), tf.constant(new int[] {1, 0})), matMulType);
    isTied = layer.isTied();
    w = isTied ? transposed : given;
    wTransposed = isTied ? given : transposed;
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
   * Returns the gradient of {@link SoftmaxLayer#w()}, in its shape.
   *
   * @param x {@code [rows, hidden]}
   * @param dLogits {@code [rows, classes]}
   */
  public Operand<TFloat32> dW(Ops tf, Operand<TFloat32> x, Operand<TFloat32> dLogits) {
    return isTied
        ? new MatMulInput<>(tf, x, matMulType).productTransposed(tf, dLogits)
        : new MatMulInput<>(tf, dLogits, matMulType).productTransposed(tf, x);
  }

  /**
   * Returns the gradient of {@code softmax_b}.
   *
   * @param dLogits {@code [rows, classes]}
   */
  public Operand<TFloat32> dB(Ops tf, Operand<TFloat32> dLogits) {
    return tf.nn.biasAddGrad(dLogits);
  }
}
