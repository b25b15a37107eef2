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
   * @param values elements in row-major order, which are copied
   */
  public Matrix(float[] values, int columns) {
    this(new float[values.length / columns][]);
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
  }

  private Matrix(float[][] rows) {
    this.rows = rows;
  }

  /**
   * Creates the transpose of a matrix.
   *
   * @param values elements of the matrix in row-major order, which are copied
   * @param columns of the matrix
   */
  static Matrix transposed(float[] values, int columns) {
    int height = values.length / columns;
    float[][] rows = new float[columns][height];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < columns; j++) {
        rows[j][i] = values[i * columns + j];
      }
    }
    return new Matrix(rows);
  }

  /** Multiplies some columns. */
  void scale(int from, int to, float factor) {
    for (float[] row : rows) {
      scale(row, from, to, factor);
    }
  }

  /** Multiplies some elements of a vector. */
  static void scale(float[] vector, int from, int to, float factor) {
    for (int j = from; j < to; j++) {
      vector[j] *= factor;
    }
  }

  int height() {
    return rows.length;
  }

  /** Returns a row; callers must not change it. */
  public float[] row(int index) {
    return rows[index];
  }

  /**
   * Adds x * (some of the rows) to a vector.
   *
   * @param x has a factor for each of these rows
   * @param from index of the first factor
   * @param count of factors
   * @param firstRow that belongs to the first factor
   * @param sums {@code [columns]}
   */
  void addProduct(float[] x, int from, int count, int firstRow, float[] sums) {
    int end = from + count;
    int row = firstRow;
    int k = from;
    for (; k + ROWS_AT_ONCE <= end; k += ROWS_AT_ONCE, row += ROWS_AT_ONCE) {
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
    for (; k < end; k++, row++) {
      addRow(x[k], rows[row], sums);
    }
  }

  /** Adds a vector to another. */
  static void add(float[] values, float[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += values[j];
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
