package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class RowRandomTest {
  private static final int ROWS = 1001;

  private static double[] tensorFlow(long seed, long position) {
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      return eval.values(
          tf.random.statelessRandomUniform(
              tf.constant(new int[] {ROWS}),
              tf.constant(new long[] {seed, position}),
              TFloat64.class));
    }
  }

  /** The exported graph uses TensorFlow's. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, -1", "-3, 5", "123456789012, 4000000000", "-9223372036854775808, 1"})
  void numbersAreTensorFlows(long seed, long position) {
    double[] expected = tensorFlow(seed, position);
    RowRandom random = new RowRandom(seed);
    assertThat(random.uniform(position, LongStream.range(0, ROWS).toArray())).isEqualTo(expected);
    assertThat(random.uniform(position, new long[] {7, 8, 9, 1000, 3, 3}))
        .isEqualTo(
            new double[] {
              expected[7], expected[8], expected[9], expected[1000], expected[3], expected[3]
            });
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 77", "-3, 5", "123456789012, 4000000000", "-9223372036854775808, 1"})
  void numbersOfAnIterationAreTensorFlows(long seed, long iteration) {
    int count = 12;
    double[] expected;
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      expected =
          eval.values(
              tf.random.statelessRandomUniform(
                  tf.constant(new int[] {ROWS, count}),
                  tf.constant(new long[] {seed, iteration}),
                  TFloat32.class));
    }
    float[] numbers = new float[ROWS * count + 1];
    for (int row = 0; row < ROWS; row++) {
      new RowRandom(seed).fill(numbers, 1 + row * count, count, iteration, row);
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(numbers[i + 1]).isEqualTo((float) expected[i]);
    }
  }

  /** Rows that a vector in memory could not have. */
  @Test
  void rowsCanHaveAnyNumber() {
    double[] numbers =
        new RowRandom(5).uniform(0, LongStream.range(1L << 40, 1L << 41).limit(1000).toArray());
    assertThat(numbers).doesNotHaveDuplicates();
    assertThat(Arrays.stream(numbers).average().orElseThrow()).isBetween(.45, .55); // 5 deviations
    assertThat(Arrays.stream(numbers)).allMatch(u -> u >= 0 && u < 1);
  }
}
