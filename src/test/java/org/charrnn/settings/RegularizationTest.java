package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegularizationTest {
  @ParameterizedTest
  @CsvSource({"-0.5, -0.5", "1, 1", "NaN, NaN"})
  void dropoutOutOfRangeIsRejected(float dropout, String text) {
    assertThatThrownBy(() -> new Regularization(dropout, 0, 0, 1f))
        .isInstanceOf(SettingException.class)
        .hasMessage("dropout must be from 0 to below 1, got " + text);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 'at least 0 (0 is off), got -1'",
    "0, 'above 0 or null, got 0'",
    "-0.0, 'above 0 or null, got 0'",
    "NaN, 'at least 0 (0 is off), got NaN'",
    "Infinity, 'at least 0 (0 is off), got Infinity'"
  })
  void clipOutOfRangeIsRejected(float clip, String message) {
    assertThatThrownBy(() -> new Regularization(0, 0, 0, clip))
        .isInstanceOf(SettingException.class)
        .hasMessage("clip must be " + message);
  }

  @Test
  void maxNormIsInfiniteWithoutClipping() {
    assertThat(new Regularization(0, 0, 0, 5f).maxNorm()).isEqualTo(5);
    assertThat(new Regularization(0, 0, 0, null).maxNorm()).isInfinite().isPositive();
    assertThat(Regularization.NONE).isEqualTo(new Regularization(0, 0, 0, null));
  }
}
