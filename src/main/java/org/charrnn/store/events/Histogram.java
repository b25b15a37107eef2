package org.charrnn.store.events;

import java.util.Arrays;
import org.tensorflow.proto.HistogramProto;

/** Counts values in buckets of equal width, from the smallest value to the largest. */
final class Histogram {
  private static final int BUCKETS = 30; // TensorBoard draws as many

  private Histogram() {}

  /**
   * Returns the histogram of values. A bucket does not include its limit, except the last.
   *
   * @param values at least one, all finite
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
