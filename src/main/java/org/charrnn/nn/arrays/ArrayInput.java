package org.charrnn.nn.arrays;

/** A factor of a product with some rows of a matrix. */
@FunctionalInterface
public interface ArrayInput {
  /**
   * Adds a part of the product to a vector.
   *
   * @param rows of which those from {@code firstRow} on are for this input
   * @param part less than {@link Team#PARTS}; all parts together are the product
   * @param sums {@code [columns]}
   */
  void addProduct(Matrix rows, int firstRow, int part, float[] sums);

  /** Returns an input with arbitrary values, {@code [size]}. Each part has some of them. */
  static ArrayInput dense(float[] x) {
    return (rows, firstRow, part, sums) -> {
      int from = x.length * part / Team.PARTS;
      int end = x.length * (part + 1) / Team.PARTS;
      rows.addProduct(x, from, end - from, firstRow + from, sums);
    };
  }

  /** Returns a one-hot input. */
  static ArrayInput oneHot(int id) {
    return (rows, firstRow, part, sums) -> {
      if (part == 0) {
        Matrix.add(rows.row(firstRow + id), sums);
      }
    };
  }
}
