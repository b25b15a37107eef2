package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicingTest {
  @Test
  void localStepsNeedTwoSlices() {
    assertThatThrownBy(() -> new Slicing(1, 2))
        .isInstanceOf(SettingException.class)
        .hasMessage("local-steps averages slices and needs at least 2 of them");
    assertThat(new Slicing(2, 2).localSteps()).isEqualTo(2);
  }

  @Test
  void eachSliceNeedsARow() {
    Slicing slicing = new Slicing(5, 1);
    assertThat(slicing.require(5)).isSameAs(slicing);
    assertThatThrownBy(() -> slicing.require(4))
        .isInstanceOf(SettingException.class)
        .hasMessage("slices must be at most the batch size, 4, got 5");
  }

  @ParameterizedTest
  @CsvSource({"1, 7, 7", "2, 7, 4", "3, 7, 3", "7, 7, 1"})
  void largestSliceHasRoundedUpShareOfRows(int slices, int batchSize, int rows) {
    assertThat(new Slicing(slices, 1).maxRows(batchSize)).isEqualTo(rows);
  }
}
