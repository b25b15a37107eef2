package org.charrnn.nn.arrays;

/** The input of a cell at one time step. */
@FunctionalInterface
public interface ArrayInput {
  /**
   * Adds input * kernel to a vector.
   *
   * @param kernel whose first rows are for the input
   * @param sums {@code [columns]}
   */
  void addProduct(Matrix kernel, float[] sums);

  /** Returns an input with arbitrary values, {@code [size]}. */
  static ArrayInput dense(float[] x) {
    return (kernel, sums) -> kernel.addProduct(x, 0, sums);
  }

  /** Returns a one-hot input. */
  static ArrayInput oneHot(int id) {
    return (kernel, sums) -> {
      float[] row = kernel.row(id);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += row[j];
      }
    };
  }
}
