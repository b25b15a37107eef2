package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabTextTest {
  @Test
  void sentenceIsThatOfTheCourse() {
    assertThat(LabText.SENTENCE)
        .hasSize(180)
        .startsWith("if you want to build a ship, don't drum up people together to collect wood")
        .endsWith("but rather teach them to long for the endless immensity of the sea.");
  }
}
