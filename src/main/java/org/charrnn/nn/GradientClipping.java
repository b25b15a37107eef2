package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Gradients clipped by their global norm (Pascanu et al. 2013, {@code tf.clip_by_global_norm}).
 *
 * @param gradients clipped, each of its variable's shape
 * @param globalNorm scalar: the norm of all gradients together, before clipping
 */
public record GradientClipping(List<Operand<TFloat32>> gradients, Operand<TFloat32> globalNorm) {

  /**
   * Scales all gradients by one factor so that their global norm is at most {@code limit}.
   *
   * @param limit above 0; infinity leaves the gradients as they are
   */
  public static GradientClipping byGlobalNorm(
      Ops tf, List<Operand<TFloat32>> gradients, float limit) {
    List<Operand<TFloat32>> halves = new ArrayList<>(); // of the sums of squares
    gradients.forEach(gradient -> halves.add(tf.nn.l2Loss(gradient)));
    var norm = tf.math.sqrt(tf.math.mul(tf.math.addN(halves), tf.constant(2f)));
    if (Float.isInfinite(limit)) {
      return new GradientClipping(gradients, norm);
    }
    var bound = tf.constant(limit);
    var factor = tf.math.div(bound, tf.math.maximum(norm, bound)); // 1 below the limit
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    for (Operand<TFloat32> gradient : gradients) {
      clipped.add(tf.math.mul(gradient, factor));
    }
    return new GradientClipping(clipped, norm);
  }
}
