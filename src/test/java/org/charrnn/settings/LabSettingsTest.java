package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabConfigTest {
  @Test
  void sentenceIsTheLabs() {
    assertThat(LabConfig.SENTENCE)
        .hasSize(180)
        .startsWith("if you want to build a ship, don't drum up people together to collect wood")
        .endsWith("but rather teach them to long for the endless immensity of the sea.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           0 | 0.1      |  1 | --sequence-length must be at least 1, got 0
           1 | 0        |  1 | --learning-rate must be above 0, got 0.0
           1 | -0.1     |  1 | --learning-rate must be above 0, got -0.1
           1 | NaN      |  1 | --learning-rate must be above 0, got NaN
           1 | Infinity |  1 | --learning-rate must be above 0, got Infinity
           1 | 0.1      | -1 | --steps must not be negative, got -1
          """)
  void numbersOutsideTheLimitsAreTold(
      int sequenceLength, float learningRate, int steps, String message) {
    assertThatThrownBy(() -> new LabConfig(sequenceLength, learningRate, steps, 1))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void limitsThemselvesAreTaken() {
    assertThatNoException().isThrownBy(() -> new LabConfig(1, Float.MIN_VALUE, 0, Long.MIN_VALUE));
  }
}
