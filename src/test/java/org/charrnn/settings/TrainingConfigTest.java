package org.charrnn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  private static TrainingConfig decaying(float learningRate, float decayRate, int decayAfter) {
    return new TrainingConfig(1, 1, 0, learningRate, decayRate, decayAfter, 0, null, 0, 1, 0, 0, 0);
  }

  /** Powers of two, which floats hold exactly. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0, 8", // the first epoch always has the first rate
    "0.5, 0, 1, 4",
    "0.5, 0, 3, 1",
    "0.5, 1, 0, 8",
    "0.5, 1, 1, 4",
    "0.5, 3, 2, 8",
    "0.5, 3, 3, 4",
    "0.5, 3, 5, 1",
    "0.25, 2, 4, 0.125",
    "1, 0, 1000, 8",
    "0.5, 2147483647, 2147483646, 8",
    "0.5, 2147483647, 2147483647, 4",
  })
  void learningRateDecaysAfterTheFirstEpochs(
      float decayRate, int decayAfter, long epoch, float expected) {
    assertThat(decaying(8, decayRate, decayAfter).learningRate(epoch)).isEqualTo(expected);
  }

  @Test
  void decayOfCharRnnEqualsItByHand() {
    TrainingConfig config = decaying(2e-3f, 0.97f, 10);
    assertThat(config.learningRate(9)).isEqualTo(2e-3f);
    // 0.002 * 0.97 and 0.002 * 0.97^2, rounded once; 0.97f and 2e-3f are themselves rounded.
    assertThat(config.learningRate(10)).isCloseTo(0.00194f, within(4 * Math.ulp(0.00194f)));
    assertThat(config.learningRate(11)).isCloseTo(0.0018818f, within(4 * Math.ulp(0.0018818f)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --batch-size must be at least 1, got 0
          1 | 0 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --sequence-length must be at least 1, got 0
          1 | 1 | -1 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --steps must not be negative, got -1
          1 | 1 | 0 | 0 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --learning-rate must be above 0, got 0.0
          1 | 1 | 0 | -1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --learning-rate must be above 0, got -1.0
          1 | 1 | 0 | NaN | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --learning-rate must be above 0, got NaN
          1 | 1 | 0 | Infinity | 1 | 0 | 0 | 1 | 0 | 1 | 0 | --learning-rate must be above 0, got Infinity
          1 | 1 | 0 | 1 | 0 | 0 | 0 | 1 | 0 | 1 | 0 | --decay-rate must be above 0, at most 1, got 0.0
          1 | 1 | 0 | 1 | 1.5 | 0 | 0 | 1 | 0 | 1 | 0 | --decay-rate must be above 0, at most 1, got 1.5
          1 | 1 | 0 | 1 | NaN | 0 | 0 | 1 | 0 | 1 | 0 | --decay-rate must be above 0, at most 1, got NaN
          1 | 1 | 0 | 1 | 1 | -1 | 0 | 1 | 0 | 1 | 0 | --decay-after must not be negative, got -1
          1 | 1 | 0 | 1 | 1 | 0 | -0.5 | 1 | 0 | 1 | 0 | --dropout must be from 0 to below 1, got -0.5
          1 | 1 | 0 | 1 | 1 | 0 | 1 | 1 | 0 | 1 | 0 | --dropout must be from 0 to below 1, got 1.0
          1 | 1 | 0 | 1 | 1 | 0 | NaN | 1 | 0 | 1 | 0 | --dropout must be from 0 to below 1, got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 0 | --clip must be above 0, got 0.0
          1 | 1 | 0 | 1 | 1 | 0 | 0 | NaN | 0 | 1 | 0 | --clip must be above 0, got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | -0.5 | 1 | 0 | --validation must be from 0 to below 1, got -0.5
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 1 | 1 | 0 | --validation must be from 0 to below 1, got 1.0
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | NaN | 1 | 0 | --validation must be from 0 to below 1, got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 0 | 0 | --save-every must be at least 1, got 0
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | -1 | --patience must not be negative, got -1
          """)
  void numbersOutsideTheLimitsAreTold(
      int batchSize,
      int sequenceLength,
      long steps,
      float learningRate,
      float decayRate,
      int decayAfter,
      float dropout,
      Float clip,
      double validation,
      long saveEvery,
      int patience,
      String message) {
    assertThatThrownBy(
            () ->
                new TrainingConfig(
                    batchSize,
                    sequenceLength,
                    steps,
                    learningRate,
                    decayRate,
                    decayAfter,
                    dropout,
                    clip,
                    validation,
                    saveEvery,
                    patience,
                    0,
                    0))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void limitsThemselvesAreTaken() {
    assertThatNoException()
        .isThrownBy(
            () ->
                new TrainingConfig(
                    1, 1, 0, Float.MIN_VALUE, 1, 0, 0, null, 0, 1, 0, 0, Long.MIN_VALUE));
    assertThatNoException()
        .isThrownBy(
            () ->
                new TrainingConfig(
                    1, 1, 0, Float.MAX_VALUE, 1e-9f, 0, 0.99f, 1e-9f, 0.99, 1, 0, 0, 0));
  }

  @Test
  void otherStepsChangeNothingElse() {
    TrainingConfig config =
        new TrainingConfig(2, 3, 4, 0.5f, 0.25f, 5, 0.125f, 6f, 0.75, 7, 8, 9, 10);
    assertThat(config.withSteps(10))
        .isEqualTo(new TrainingConfig(2, 3, 10, 0.5f, 0.25f, 5, 0.125f, 6f, 0.75, 7, 8, 9, 10));
  }

  @Test
  void labTrainsOnAllWindowsWithNothingThatKeepsItInBounds() {
    assertThat(TrainingConfig.lab(170, 10, 500, 0.1f, 7))
        .isEqualTo(new TrainingConfig(170, 10, 500, 0.1f, 1, 0, 0, null, 0, 500, 0, 0, 7));
    assertThat(TrainingConfig.lab(170, 10, 0, 0.1f, 7).saveEvery()).isEqualTo(1);
  }
}
