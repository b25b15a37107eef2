package org.charrnn.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ColouredTextTest {
  private static final ColourScale SCALE = ColourScale.ACTIVATIONS;

  private static int count(BufferedImage image, Color colour) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return (int) Arrays.stream(pixels).filter(rgb -> rgb == colour.getRGB()).count();
  }

  @Test
  void theBackgroundTellsTheNumberOfEachCharacter() {
    BufferedImage image = ColouredText.image("ab cd", new float[] {0, 0, 1, -1, -1}, SCALE);
    int cell = count(image, SCALE.of(1)); // of the space, on which nothing is drawn
    assertThat(cell).isPositive();
    assertThat(count(image, SCALE.of(-1))).isBetween(cell, 2 * cell); // two cells less two letters
  }

  @Test
  void linesEndAtLineBreaksAndWhenTheyAreLong() {
    int oneLine = ColouredText.image("ab", new float[2], SCALE).getHeight();
    int twoLines = ColouredText.image("a\nb", new float[3], SCALE).getHeight();
    int broken = ColouredText.image("a".repeat(91), new float[91], SCALE).getHeight();
    assertThat(twoLines).isGreaterThan(oneLine).isEqualTo(broken);
    assertThat(ColouredText.image("a".repeat(90), new float[90], SCALE).getHeight())
        .isEqualTo(oneLine);
  }

  @Test
  void aCharacterIsACodePoint() {
    assertThat(ColouredText.image("🚢", new float[1], SCALE)).isNotNull();
    assertThatThrownBy(() -> ColouredText.image("🚢", new float[2], SCALE))
        .hasMessage("2 numbers for 1 characters");
  }

  @Test
  void betweenTheEndsColoursAreMixed() {
    assertThat(SCALE.of(0)).isEqualTo(Color.WHITE);
    assertThat(SCALE.of(0.5)).isEqualTo(new Color(128, 185, 217)); // of white and 0, 114, 178
    assertThat(SCALE.of(7)).isEqualTo(SCALE.of(1)).isEqualTo(new Color(0, 114, 178));
    assertThat(SCALE.of(-7)).isEqualTo(SCALE.of(-1)).isEqualTo(new Color(213, 94, 0));
    assertThat(ColourScale.PROBABILITIES.of(0)).isEqualTo(Color.WHITE);
  }
}
