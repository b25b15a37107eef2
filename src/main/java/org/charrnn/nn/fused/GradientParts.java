package org.charrnn.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of a weight as the terms that add up to it, so that the terms of several parts of a
 * batch and of a sequence can be added at once.
 *
 * @param blocks of rows, from the first to the last; each is a list of terms to add
 */
public record GradientParts(List<List<Operand<TFloat32>>> blocks) {
  public GradientParts {
    blocks = blocks.stream().map(List::copyOf).toList();
  }

  /** A gradient that consists of a single term. */
  public static GradientParts of(Operand<TFloat32> gradient) {
    return new GradientParts(List.of(List.of(gradient)));
  }

  /**
   * Adds up the gradients of several parts of a batch.
   *
   * <p>The terms of each part are added first, then the parts, in their order. So the result does
   * not depend on where a part is computed.
   *
   * @param parts all with the same number of blocks
   */
  public static Operand<TFloat32> sum(Ops tf, List<GradientParts> parts) {
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int i = 0; i < parts.get(0).blocks.size(); i++) {
      int block = i;
      sums.add(add(tf, parts.stream().map(p -> add(tf, p.blocks.get(block))).toList()));
    }
    return sums.size() == 1 ? sums.get(0) : tf.concat(sums, tf.constant(0));
  }

  private static Operand<TFloat32> add(Ops tf, List<Operand<TFloat32>> terms) {
    return terms.size() == 1 ? terms.get(0) : tf.math.addN(terms);
  }
}
