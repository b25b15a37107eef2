package org.charrnn.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of a weight before it is put together, so that what several parts of a batch and of
 * a sequence give is added up at once.
 *
 * @param blocks of rows, from the first to the last; each a list of what adds up to it
 */
public record GradientParts(List<List<Operand<TFloat32>>> blocks) {
  public GradientParts {
    blocks = blocks.stream().map(List::copyOf).toList();
  }

  /** A gradient that is there as a whole. */
  public static GradientParts of(Operand<TFloat32> gradient) {
    return new GradientParts(List.of(List.of(gradient)));
  }

  /**
   * Puts a gradient together.
   *
   * <p>What one part of a batch gives is added up first, then the parts in their order: so a part
   * may as well be added up elsewhere.
   *
   * @param parts of as many blocks each
   */
  public static Operand<TFloat32> sum(Ops tf, List<GradientParts> parts) {
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int i = 0; i < parts.get(0).blocks.size(); i++) {
      int block = i;
      sums.add(add(tf, parts.stream().map(p -> add(tf, p.blocks.get(block))).toList()));
    }
    return sums.size() == 1 ? sums.get(0) : tf.concat(sums, tf.constant(0));
  }

  private static Operand<TFloat32> add(Ops tf, List<Operand<TFloat32>> summands) {
    return summands.size() == 1 ? summands.get(0) : tf.math.addN(summands);
  }
}
