package org.charrnn.store.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.HistogramProto;

class HistogramTest {
  @Test
  void bucketsHoldValuesBelowTheirLimits() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-0.3, 0.7);
    }
    values[10] = -0.5f;
    values[20] = 1; // buckets of width 0.05, so that the value 0 is a limit
    values[30] = 0;
    HistogramProto histogram = Histogram.of(values);
    assertThat(histogram.getMin()).isEqualTo(-0.5);
    assertThat(histogram.getMax()).isEqualTo(1);
    assertThat(histogram.getNum()).isEqualTo(1000);
    assertThat(histogram.getBucketCount()).isEqualTo(30);
    assertThat(histogram.getBucketLimitList()).hasSize(30).isSorted().endsWith(1.0).contains(0.0);
    double from = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 30; i++) {
      double limit = i == 29 ? Double.POSITIVE_INFINITY : histogram.getBucketLimit(i);
      int count = 0;
      for (float value : values) {
        count += from <= value && value < limit ? 1 : 0;
      }
      assertThat(histogram.getBucket(i)).as("bucket %d", i).isEqualTo(count);
      from = limit;
    }
  }

  @Test
  void sumsEqualSumsOfValues() {
    HistogramProto histogram = Histogram.of(new float[] {-1, 0.5f, 3});
    assertThat(histogram.getSum()).isEqualTo(2.5);
    assertThat(histogram.getSumSquares()).isEqualTo(10.25);
  }

  @Test
  void equalValuesHaveOneBucket() {
    HistogramProto histogram = Histogram.of(new float[] {1, 1, 1});
    assertThat(histogram.getBucketLimitList()).containsExactly(1.0);
    assertThat(histogram.getBucketList()).containsExactly(3.0);
  }
}
