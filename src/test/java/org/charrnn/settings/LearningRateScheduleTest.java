package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {
  /** Powers of two, which floats represent exactly. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0, 8", // the first epoch always has the initial rate
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
  void rateDecaysAfterFirstEpochs(float decayRate, int decayAfter, long epoch, float expected) {
    assertThat(new LearningRateSchedule(8, decayRate, decayAfter).rate(epoch)).isEqualTo(expected);
  }

  @Test
  void scheduleOfCharRnnEqualsHandComputedRates() {
    LearningRateSchedule schedule = new LearningRateSchedule(2e-3f, 0.97f, 10);
    assertThat(schedule.rate(9)).isEqualTo(2e-3f);
    // 0.002 * 0.97 and 0.002 * 0.97^2, rounded once; 0.97f and 2e-3f are themselves rounded.
    assertThat(schedule.rate(10)).isCloseTo(0.00194f, within(4 * Math.ulp(0.00194f)));
    assertThat(schedule.rate(11)).isCloseTo(0.0018818f, within(4 * Math.ulp(0.0018818f)));
  }

  @Test
  void constantScheduleDoesNotDecay() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(0.1f);
    assertThat(schedule.rate(0)).isEqualTo(0.1f);
    assertThat(schedule.rate(1_000_000)).isEqualTo(0.1f);
  }
}
