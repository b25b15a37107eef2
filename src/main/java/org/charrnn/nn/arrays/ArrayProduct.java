package org.charrnn.nn.arrays;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** Computes [x, h] * matrix + bias for one sequence. Not for use by several threads at a time. */
final class ArrayProduct {
  private final Matrix matrix;
  private final float[] bias;
  private final float[][] sums = new float[Team.PARTS][]; // of each part
  private final IntConsumer compute = this::compute;
  private ArrayInput x;
  private ArrayInput h;
  private int firstRowOfH;

  ArrayProduct(Matrix matrix, float[] bias) {
    this.matrix = matrix;
    this.bias = bias;
    Arrays.setAll(sums, part -> new float[bias.length]);
  }

  /**
   * Returns the result, which the next call overwrites.
   *
   * @param h for the last rows of the matrix
   */
  float[] of(ArrayInput x, float[] h, Team team) {
    this.x = x;
    this.h = ArrayInput.dense(h);
    firstRowOfH = matrix.height() - h.length;
    team.run(compute);
    for (int part = 1; part < sums.length; part++) {
      Matrix.add(sums[part], sums[0]);
    }
    return sums[0];
  }

  private void compute(int part) {
    float[] own = sums[part];
    if (part == 0) {
      System.arraycopy(bias, 0, own, 0, own.length);
    } else {
      Arrays.fill(own, 0);
    }
    x.addProduct(matrix, 0, part, own);
    h.addProduct(matrix, firstRowOfH, part, own);
  }
}
