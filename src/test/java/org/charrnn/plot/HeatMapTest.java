package org.charrnn.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapSeries;

class HeatMapTest {
  private static final List<String> ROWS = List.of("top", "middle", "bottom");
  private static final List<String> COLUMNS = List.of("t", "o", " ", "t");
  private static final float[][] VALUES = {{1, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};

  @Test
  void rowsAreTopDownAndEqualLabelsStaySeparate() {
    HeatMapChart chart = HeatMap.chart("title", ROWS, COLUMNS, VALUES, ColourScale.PROBABILITIES);
    HeatMapSeries series = chart.getSeries("values");
    assertThat(series.getXData()).hasToString("[t, o, ␣, t]");
    assertThat(series.getYData()).hasToString("[bottom, middle, top]"); // XChart's order
    assertThat(series.getHeatData()).hasSize(12);
    assertThat(series.getHeatData().get(0)).containsExactly(0, 2, 1f);
  }

  /** Only the cell with the value 1 is blue. It is at the top. */
  @Test
  void cellHasColourOfItsValue() {
    BufferedImage image = HeatMap.image("", ROWS, COLUMNS, VALUES, ColourScale.PROBABILITIES);
    int blue = ColourScale.PROBABILITIES.of(1).getRGB();
    int legendStart = image.getWidth() * 3 / 4;
    int[] xs =
        IntStream.range(0, legendStart)
            .filter(
                x ->
                    IntStream.range(0, image.getHeight())
                        .anyMatch(y -> hasColour(image, x, y, blue)))
            .toArray();
    assertThat(xs).isNotEmpty();
    assertThat(xs[xs.length - 1] - xs[0]).isLessThan(xs.length + 1); // contiguous
    assertThat(image.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
    int x = xs[xs.length / 2];
    assertThat(IntStream.range(0, image.getHeight()).filter(y -> hasColour(image, x, y, blue)))
        .allMatch(y -> y < image.getHeight() / 2);
  }

  private static boolean hasColour(BufferedImage image, int x, int y, int rgb) {
    return image.getRGB(x, y) == rgb;
  }
}
