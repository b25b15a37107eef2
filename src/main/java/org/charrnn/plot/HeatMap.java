package org.charrnn.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.HeatMapStyler;

/** A matrix as a picture: a coloured cell for each number, a label for each row and column. */
public final class HeatMap {
  private static final int CELL = 15; // pixels
  private static final int MARGINS = 150;
  private static final String SPACE = "\u2423"; // what is drawn for a space

  private HeatMap() {}

  /**
   * Draws a matrix.
   *
   * @param rows a label for each row, from the top down
   * @param columns a label for each column, such as the characters of a text
   * @param values {@code [rows][columns]}
   */
  public static BufferedImage image(
      String title, List<String> rows, List<String> columns, float[][] values, ColourScale scale) {
    return BitmapEncoder.getBufferedImage(chart(title, rows, columns, values, scale));
  }

  static HeatMapChart chart(
      String title, List<String> rows, List<String> columns, float[][] values, ColourScale scale) {
    List<String> upwards = new ArrayList<>(rows); // XChart counts from the bottom up
    Collections.reverse(upwards);
    List<Number[]> cells = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        cells.add(new Number[] {column, rows.size() - 1 - row, values[row][column]});
      }
    }
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .title(title)
            .width(MARGINS + CELL * columns.size())
            .height(MARGINS / 2 + CELL * rows.size())
            .build();
    chart.addSeries("values", visible(columns), visible(upwards), cells);
    style(chart.getStyler(), columns.size(), scale);
    return chart;
  }

  private static List<String> visible(List<String> labels) {
    return labels.stream().map(label -> label.equals(" ") ? SPACE : label).toList();
  }

  private static void style(HeatMapStyler styler, int columns, ColourScale scale) {
    styler.setLocale(Locale.ROOT);
    styler.setRangeColors(scale.colours());
    styler.setMin(scale.min());
    styler.setMax(scale.max());
    styler.setHeatMapDecimalValueFormatter(value -> String.format(Locale.ROOT, "%.0f", value));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    styler.setAxisTickLabelsFont(new Font(Font.MONOSPACED, Font.PLAIN, 13));
    styler.setPlotGridLinesVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setAxisTicksMarksVisible(false);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setPlotContentSize(1);
    // As many labels as there are cells: without these XChart leaves some out.
    styler.setXAxisMaxLabelCount(columns);
    styler.setXAxisTickMarkSpacingHint(1);
    styler.setYAxisTickMarkSpacingHint(1);
    styler.setXAxisLabelAlignmentVertical(TextAlignment.Right); // on one line
  }
}
