package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** {@link SoftmaxLayer} for training, with gradients that are written out. */
public final class FusedSoftmax {
  private final Class<? extends TFloating> products; // their type
  private final Factor<?> w; // [hidden, classes]
  private final Factor<?> toInput; // [classes, hidden]
  private final Operand<TFloat32> b;

  /** Over the weights of a layer. */
  public FusedSoftmax(Ops tf, SoftmaxLayer layer, Class<? extends TFloating> products) {
    this.products = products;
    w = new Factor<>(tf, layer.w(), products);
    var transposed = tf.linalg.transpose(layer.w(), tf.constant(new int[] {1, 0}));
    toInput = new Factor<>(tf, transposed, products);
    b = layer.b();
  }

  /**
   * Scores every row.
   *
   * @param x {@code [rows, hidden]}
   * @return logits {@code [rows, classes]}
   */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(w.product(tf, x), b);
  }

  /**
   * The gradient of what was scored.
   *
   * @param ofLogits {@code [rows, classes]}
   * @return {@code [rows, hidden]}
   */
  public Operand<TFloat32> inputGradient(Ops tf, Operand<TFloat32> ofLogits) {
    return toInput.product(tf, ofLogits);
  }

  /**
   * The gradients of {@code softmax_w} and {@code softmax_b}.
   *
   * @param x {@code [rows, hidden]}
   * @param ofLogits {@code [rows, classes]}
   */
  public List<GradientParts> gradients(Ops tf, Operand<TFloat32> x, Operand<TFloat32> ofLogits) {
    return List.of(
        GradientParts.of(new Factor<>(tf, ofLogits, products).productTransposed(tf, x)),
        GradientParts.of(tf.nn.biasAddGrad(ofLogits)));
  }
}
