package org.charrnn.store;

import java.util.Arrays;
import org.tensorflow.proto.HistogramProto;

/**
 * How values are spread: counts in buckets of one width, from the smallest value to the largest.
 */
final class Histogram {
  private static final int BUCKETS = 30; // as many as TensorBoard draws

  private Histogram() {}

  /**
   * Counts values. A bucket ends before its limit, only the last holds its own.
   *
   * @param values finite, at least one
   */
  static HistogramProto of(float[] values) {
    double min = values[0];
    double max = values[0];
    double sum = 0;
    double sumOfSquares = 0;
    for (double value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      sumOfSquares += value * value;
    }
    double[] limits = limits(min, max);
    int[] counts = new int[limits.length];
    for (double value : values) {
      int found = Arrays.binarySearch(limits, value);
      int bucket = found >= 0 ? found + 1 : -found - 1;
      counts[Math.min(bucket, limits.length - 1)]++;
    }
    HistogramProto.Builder histogram =
        HistogramProto.newBuilder()
            .setMin(min)
            .setMax(max)
            .setNum(values.length)
            .setSum(sum)
            .setSumSquares(sumOfSquares);
    for (int i = 0; i < limits.length; i++) {
      histogram.addBucketLimit(limits[i]).addBucket(counts[i]);
    }
    return histogram.build();
  }

  private static double[] limits(double min, double max) {
    if (min == max) {
      return new double[] {max};
    }
    double[] limits = new double[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      limits[i] = min + (max - min) * (i + 1) / BUCKETS;
    }
    return limits;
  }
}
