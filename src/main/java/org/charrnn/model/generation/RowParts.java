package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Rows in parts that are computed side by side, each on one core.
 *
 * @param parts maximum number of parts, at least 1; with few rows, some are empty
 */
public record RowParts(int parts) {
  /** With fewer rows in a part, its operations take nearly as long. */
  private static final int MIN_ROWS = 16;

  /**
   * A part.
   *
   * @param from its first row, scalar
   * @param count of its rows, scalar
   */
  record Part(Operand<TInt32> from, Operand<TInt32> count) {
    /**
     * Returns the part of a tensor.
     *
     * @param tensor {@code [rows, ...]}
     */
    <T extends TType> Operand<T> of(Ops tf, Operand<T> tensor) {
      int others = tensor.shape().numDimensions() - 1;
      var begin =
          tf.concat(
              List.of(tf.expandDims(from, tf.constant(0)), tf.constant(new int[others])),
              tf.constant(0));
      int[] all = new int[others];
      Arrays.fill(all, -1);
      var size =
          tf.concat(
              List.of(tf.expandDims(count, tf.constant(0)), tf.constant(all)), tf.constant(0));
      return tf.slice(tensor, begin, size);
    }
  }

  /** Returns whether there is more than one part that is not empty. */
  boolean areSeveral(int rows) {
    return parts > 1 && rows > MIN_ROWS;
  }

  /**
   * Divides rows.
   *
   * @param rows their number, scalar
   */
  List<Part> of(Ops tf, Operand<TInt32> rows) {
    var each =
        tf.math.maximum(
            tf.constant(MIN_ROWS),
            tf.math.floorDiv(
                tf.math.add(rows, tf.constant(parts - 1)), tf.constant(parts))); // rounded up
    List<Part> list = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      var from = tf.math.minimum(rows, tf.math.mul(each, tf.constant(i)));
      list.add(new Part(from, tf.math.minimum(each, tf.math.sub(rows, from))));
    }
    return list;
  }
}
