package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  @ParameterizedTest
  @CsvSource({"100,0,0", "100,0.05,5", "100,0.29,29", "100,0.999,100", "7,0.5,4", "0,0.5,0"})
  void validationIsTheEndAndDoesNotOverlapTraining(int size, double fraction, int expected) {
    Split split = Split.of(TokenIds.of(100, IntStream.range(0, size).toArray()), fraction);
    assertThat(split.validation().size()).isEqualTo(expected);
    assertThat(split.training().from()).isZero();
    assertThat(split.training().to()).isEqualTo(split.validation().from());
    assertThat(split.validation().to()).isEqualTo(size);
    if (expected > 0) {
      assertThat(split.validation().get(0)).isEqualTo(size - expected);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void fractionOutsideItsRangeIsRejected(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Split.of(TokenIds.of(1), fraction))
        .withMessageContaining("got " + fraction);
  }

  @Test
  void indexBeyondTheRangeIsRejected() {
    TokenRange part = new TokenRange("part", TokenIds.of(10, 5, 6, 7, 8), 1, 3);
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.get(0)).isEqualTo(6);
    assertThat(part.get(1)).isEqualTo(7);
    assertThatThrownBy(() -> part.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
