package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.settings.SettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingConfigTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -1       |  0 | 1   | temperature must be at least 0, got -1
          -0.5     |  0 | 1   | temperature must be at least 0, got -0.5
          NaN      |  0 | 1   | temperature must be at least 0, got NaN
          Infinity |  0 | 1   | temperature must be at least 0, got Infinity
          1        | -1 | 1   | top-k must be at least 0, got -1
          1        |  0 | 0   | top-p must be above 0 and at most 1, got 0
          1        |  0 | 1.5 | top-p must be above 0 and at most 1, got 1.5
          1        |  0 | NaN | top-p must be above 0 and at most 1, got NaN
          """)
  void valueOutOfRangeIsRejected(double temperature, int topK, double topP, String message) {
    assertThatThrownBy(() -> new SamplingConfig(temperature, topK, topP, false))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }
}
