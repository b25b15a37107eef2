package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | batch-size must be at least 1, got 0
          1 | 0 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | sequence-length must be at least 1, got 0
          1 | 1 | -1 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | steps must be at least 0, got -1
          1 | 1 | 0 | 0 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | learning-rate must be above 0, got 0
          1 | 1 | 0 | -1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | learning-rate must be above 0, got -1
          1 | 1 | 0 | -0.1 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | learning-rate must be above 0, got -0.1
          1 | 1 | 0 | NaN | 1 | 0 | 0 | 1 | 0 | 1 | 0 | learning-rate must be above 0, got NaN
          1 | 1 | 0 | Infinity | 1 | 0 | 0 | 1 | 0 | 1 | 0 | learning-rate must be above 0, got Infinity
          1 | 1 | 0 | 1 | 0 | 0 | 0 | 1 | 0 | 1 | 0 | decay-rate must be above 0 and at most 1, got 0
          1 | 1 | 0 | 1 | 1.5 | 0 | 0 | 1 | 0 | 1 | 0 | decay-rate must be above 0 and at most 1, got 1.5
          1 | 1 | 0 | 1 | NaN | 0 | 0 | 1 | 0 | 1 | 0 | decay-rate must be above 0 and at most 1, got NaN
          1 | 1 | 0 | 1 | 1 | -1 | 0 | 1 | 0 | 1 | 0 | decay-after must be at least 0, got -1
          1 | 1 | 0 | 1 | 1 | 0 | -0.5 | 1 | 0 | 1 | 0 | dropout must be from 0 to below 1, got -0.5
          1 | 1 | 0 | 1 | 1 | 0 | 1 | 1 | 0 | 1 | 0 | dropout must be from 0 to below 1, got 1
          1 | 1 | 0 | 1 | 1 | 0 | NaN | 1 | 0 | 1 | 0 | dropout must be from 0 to below 1, got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 0 | clip must be above 0 or null, got 0
          1 | 1 | 0 | 1 | 1 | 0 | 0 | NaN | 0 | 1 | 0 | clip must be at least 0 (0 is off), got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | -0.5 | 1 | 0 | validation must be from 0 to below 1, got -0.5
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 1 | 1 | 0 | validation must be from 0 to below 1, got 1
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | NaN | 1 | 0 | validation must be from 0 to below 1, got NaN
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 0 | 0 | save-every must be at least 1, got 0
          1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 0 | 1 | -1 | patience must be at least 0, got -1
          """)
  void valueOutOfRangeIsRejected(
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
                    new BatchShape(batchSize, sequenceLength),
                    steps,
                    LearningRateSchedule.epochs(learningRate, decayRate, decayAfter),
                    new Regularization(dropout, 0, 0, clip),
                    new Saving(validation, ValidationFrom.END, saveEvery, patience, 0),
                    0))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }

  @Test
  void bordersOfRangesAreAccepted() {
    assertThatNoException()
        .isThrownBy(
            () ->
                new TrainingConfig(
                    new BatchShape(1, 1),
                    0,
                    LearningRateSchedule.epochs(Float.MIN_VALUE, 1, 0),
                    new Regularization(0, 0, 0, null),
                    new Saving(0, ValidationFrom.END, 1, 0, 0),
                    Long.MIN_VALUE));
  }

  @Test
  void withStepsChangesNothingElse() {
    BatchShape batch = new BatchShape(2, 3);
    LearningRateSchedule schedule = LearningRateSchedule.epochs(0.5f, 0.25f, 5);
    Regularization regularization = new Regularization(0.125f, 0, 0, 6f);
    Saving saving = new Saving(0.75, ValidationFrom.END, 7, 8, 9);
    assertThat(new TrainingConfig(batch, 4, schedule, regularization, saving, 10).withSteps(11))
        .isEqualTo(new TrainingConfig(batch, 11, schedule, regularization, saving, 10));
  }

  @Test
  void labTrainsOnAllWindowsWithoutDecayDropoutClippingAndValidation() {
    BatchShape windows = new BatchShape(170, 10);
    assertThat(TrainingConfig.lab(windows, 500, 0.1f, 100, 7))
        .isEqualTo(
            new TrainingConfig(
                windows,
                500,
                LearningRateSchedule.epochs(0.1f, 1, 0),
                new Regularization(0, 0, 0, null),
                new Saving(0, ValidationFrom.END, 100, 0, 0),
                7));
  }

  @Test
  void batchSizeTimesSequenceLengthIsNumberOfIds() {
    assertThat(new BatchShape(170, 10).size()).isEqualTo(1700);
    BatchShape large = new BatchShape(1 << 16, 1 << 16);
    assertThatThrownBy(large::size).isInstanceOf(ArithmeticException.class);
  }
}
