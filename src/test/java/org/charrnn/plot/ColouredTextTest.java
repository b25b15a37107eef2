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
  void backgroundShowsValueOfEachCharacter() {
    BufferedImage image = ColouredText.image("ab cd", new float[] {0, 0, 1, -1, -1}, SCALE);
    int cellPixels = count(image, SCALE.of(1)); // a space, so no letter covers the background
    assertThat(cellPixels).isPositive();
    assertThat(count(image, SCALE.of(-1)))
        .isBetween(cellPixels, 2 * cellPixels); // two cells minus their letters
  }

  @Test
  void linesEndAtLineBreaksAndAtMaximumLength() {
    int oneLine = ColouredText.image("ab", new float[2], SCALE).getHeight();
    int twoLines = ColouredText.image("a\nb", new float[3], SCALE).getHeight();
    int wrapped = ColouredText.image("a".repeat(91), new float[91], SCALE).getHeight();
    assertThat(twoLines).isGreaterThan(oneLine).isEqualTo(wrapped);
    assertThat(ColouredText.image("a".repeat(90), new float[90], SCALE).getHeight())
        .isEqualTo(oneLine);
  }

  @Test
  void characterIsCodePoint() {
    assertThat(ColouredText.image("🚢", new float[1], SCALE)).isNotNull();
    assertThatThrownBy(() -> ColouredText.image("🚢", new float[2], SCALE))
        .hasMessage(
            "expected a non-empty text and one value per character, got 1 characters and 2 values");
  }

  @Test
  void coloursAreInterpolatedAndClamped() {
    assertThat(SCALE.of(0)).isEqualTo(Color.WHITE);
    assertThat(SCALE.of(0.5))
        .isEqualTo(new Color(128, 185, 217)); // halfway from white to 0, 114, 178
    assertThat(SCALE.of(7)).isEqualTo(SCALE.of(1)).isEqualTo(new Color(0, 114, 178));
    assertThat(SCALE.of(-7)).isEqualTo(SCALE.of(-1)).isEqualTo(new Color(213, 94, 0));
    assertThat(ColourScale.PROBABILITIES.of(0)).isEqualTo(Color.WHITE);
  }
}
