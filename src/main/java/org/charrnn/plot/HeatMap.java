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

/** A heat map of a matrix: a coloured cell for each value, and labels for rows and columns. */
public final class HeatMap {
  private static final int CELL_SIZE = 15; // pixels
  private static final int MARGINS = 150; // pixels added to the width; half of it to the height
  private static final String VISIBLE_SPACE = "\u2423";

  private HeatMap() {}

  /**
   * Draws a heat map.
   *
   * @param title the title above the heat map
   * @param rows the labels of the rows, from top to bottom
   * @param columns the labels of the columns, such as the characters of a text
   * @param values the matrix, {@code [rows][columns]}
   * @param scale the colours of the values
   */
  public static BufferedImage image(
      String title, List<String> rows, List<String> columns, float[][] values, ColourScale scale) {
    return BitmapEncoder.getBufferedImage(chart(title, rows, columns, values, scale));
  }

  static HeatMapChart chart(
      String title, List<String> rows, List<String> columns, float[][] values, ColourScale scale) {
    List<String> bottomUp = new ArrayList<>(rows); // XChart numbers rows from the bottom
    Collections.reverse(bottomUp);
    List<Number[]> cells = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        cells.add(new Number[] {column, rows.size() - 1 - row, values[row][column]});
      }
    }
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .title(title)
            .width(MARGINS + CELL_SIZE * columns.size())
            .height(MARGINS / 2 + CELL_SIZE * rows.size())
            .build();
    chart.addSeries("values", visibleLabels(columns), visibleLabels(bottomUp), cells);
    style(chart.getStyler(), columns.size(), scale);
    return chart;
  }

  private static List<String> visibleLabels(List<String> labels) {
    return labels.stream().map(label -> label.equals(" ") ? VISIBLE_SPACE : label).toList();
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
    // Label every cell; by default XChart omits some labels.
    styler.setXAxisMaxLabelCount(columns);
    styler.setXAxisTickMarkSpacingHint(1);
    styler.setYAxisTickMarkSpacingHint(1);
    styler.setXAxisLabelAlignmentVertical(TextAlignment.Right); // keeps all labels on one line
  }
}
