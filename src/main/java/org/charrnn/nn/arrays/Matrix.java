package org.charrnn.nn.arrays;

import java.util.Arrays;

/**
 * A matrix as an array for each row.
 *
 * <p>The loops are written so that HotSpot's compiler makes vector instructions of them: it does so
 * for arrays that are indexed by the loop's variable alone, and for few at a time.
 */
public final class Matrix {
  private static final int ROWS_AT_ONCE = 4;

  private final float[][] rows;

  /**
   * Creates a matrix.
   *
   * @param values elements in row-major order
   * @throws IllegalArgumentException if they do not fill whole rows
   */
  public Matrix(float[] values, int columns) {
    if (columns < 1 || values.length % columns != 0) {
      throw new IllegalArgumentException(
          "%d elements are not rows of %d".formatted(values.length, columns));
    }
    rows = new float[values.length / columns][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
  }

  /** Returns the number of rows. */
  public int height() {
    return rows.length;
  }

  /** Returns a row; callers must not change it. */
  public float[] row(int index) {
    return rows[index];
  }

  /**
   * Adds x * (some of the rows) to a vector.
   *
   * @param x a factor for each of these rows
   * @param first of these rows
   * @param sums {@code [columns]}
   */
  public void addProduct(float[] x, int first, float[] sums) {
    int k = 0;
    for (; k + ROWS_AT_ONCE <= x.length; k += ROWS_AT_ONCE) {
      int row = first + k;
      addRows(
          x[k],
          x[k + 1],
          x[k + 2],
          x[k + 3],
          rows[row],
          rows[row + 1],
          rows[row + 2],
          rows[row + 3],
          sums);
    }
    for (; k < x.length; k++) {
      addRow(x[k], rows[first + k], sums);
    }
  }

  private static void addRows(
      float a,
      float b,
      float c,
      float d,
      float[] w,
      float[] x,
      float[] y,
      float[] z,
      float[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] = sums[j] + ((a * w[j] + b * x[j]) + (c * y[j] + d * z[j]));
    }
  }

  private static void addRow(float a, float[] row, float[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += a * row[j];
    }
  }
}
