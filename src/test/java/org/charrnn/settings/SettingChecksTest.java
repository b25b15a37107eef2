package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SettingChecksTest {
  /** The components before and between the settings are not settings. */
  private record Example(
      String before,
      @Setting(defaultValue = "1", min = 1, max = 9, help = "A count") int count,
      String between,
      @Setting(defaultValue = "all", off = "all", min = 2, help = "A limit") Integer limit,
      @Setting(defaultValue = "1", above = 0, help = "A rate") Float rate) {
    private Example {
      SettingChecks.check(Example.class, before, count, between, limit, rate);
    }
  }

  @Test
  void valuesInRangeAreAccepted() {
    assertThat(new Example(null, 9, null, 2, Float.MIN_VALUE).count()).isEqualTo(9);
    assertThat(new Example(null, 1, null, null, Float.MAX_VALUE).limit()).isNull();
  }

  @Test
  void firstValueOutOfRangeIsNamed() {
    assertThatThrownBy(() -> new Example("", 10, "", 1, 0f))
        .isInstanceOf(SettingException.class)
        .hasMessage("count must be from 1 to 9, got 10");
    assertThatThrownBy(() -> new Example("", 9, "", 1, 0f))
        .hasMessage("limit must be at least 2 or all, got 1");
    assertThatThrownBy(() -> new Example("", 9, "", 2, 0f))
        .hasMessage("rate must be above 0, got 0");
  }

  @Test
  void nullIsRejectedUnlessTheSettingCanBeOff() {
    assertThatThrownBy(() -> new Example("", 9, "", null, null))
        .isInstanceOf(SettingException.class)
        .hasMessage("rate must not be null");
  }

  @Test
  void numberOfArgumentsMustBeThatOfTheComponents() {
    assertThatThrownBy(() -> SettingChecks.check(Example.class, "", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has 5 components, got 2");
  }
}
