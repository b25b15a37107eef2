package org.charrnn.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.charrnn.InputException;
import org.charrnn.store.HistoryRow;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The picture of learning curves. A run has a colour and a shape of marker; its training loss is a
 * thin line with few markers, its validation loss a thick one with a marker at each validation.
 */
public final class LearningCurves {
  /** Okabe and Ito's, which people with any colour vision tell apart, without the yellow. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0x000000),
          new Color(0x56B4E9),
          new Color(0xE69F00));

  /** As many as have no common divisor with the colours: 35 runs until a pair comes again. */
  private static final List<Marker> SHAPES =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN);

  private static final BasicStroke THIN = stroke(1.2f);
  private static final BasicStroke THICK = stroke(2.4f);
  private static final int TRAINING_MARKERS = 8;
  private static final int VALIDATION_MARKERS = 40;

  /** More names than these do not fit into the corner that falling curves leave free. */
  private static final int NAMES_INSIDE = 6;

  private LearningCurves() {}

  /** How a line looks; {@code markers} is how many it has at most. */
  private record Look(Color colour, BasicStroke stroke, Marker shape, int markers) {}

  private static BasicStroke stroke(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  /**
   * Draws a picture; the same curves give the same bytes.
   *
   * @throws InputException if a loss cannot be shown
   */
  public static byte[] draw(List<Curve> curves, PlotConfig config, PictureFormat format)
      throws IOException {
    return format.encode(chart(curves, config));
  }

  static XYChart chart(List<Curve> curves, PlotConfig config) {
    XYChart chart =
        new XYChartBuilder()
            .width(config.width())
            .height(config.height())
            .xAxisTitle(config.xAxis().toString())
            .yAxisTitle("loss (%s per %s)".formatted(config.unit(), config.token()))
            .build();
    for (int i = 0; i < curves.size(); i++) {
      String name = curves.get(i).name();
      List<HistoryRow> rows = curves.get(i).rows();
      List<HistoryRow> validated =
          rows.stream().filter(row -> row.validationNats() != null).toList();
      Color colour = COLOURS.get(i % COLOURS.size());
      Marker shape = SHAPES.get(i % SHAPES.size());
      Look training = new Look(colour, THIN, shape, TRAINING_MARKERS);
      add(chart, config, name + ", training", rows, HistoryRow::meanLossNats, training);
      if (!validated.isEmpty()) {
        Look validation = new Look(colour, THICK, shape, VALIDATION_MARKERS);
        add(
            chart,
            config,
            name + ", validation",
            validated,
            HistoryRow::validationNats,
            validation);
      }
    }
    style(chart, config);
    return chart;
  }

  private static void add(
      XYChart chart,
      PlotConfig config,
      String name,
      List<HistoryRow> rows,
      ToDoubleFunction<HistoryRow> lossNats,
      Look look) {
    if (config.logScale() && rows.stream().mapToDouble(lossNats).anyMatch(loss -> loss == 0)) {
      throw new InputException(
          "a logarithmic axis has no place for the loss of 0 of %s; leave out --log-scale"
              .formatted(name));
    }
    ToDoubleFunction<HistoryRow> x =
        switch (config.xAxis()) {
          case STEPS -> HistoryRow::step;
          case EPOCHS -> HistoryRow::epochs;
        };
    XYSeries series =
        chart.addSeries(
            name,
            rows.stream().mapToDouble(x).toArray(),
            rows.stream().mapToDouble(lossNats).map(config.unit()::of).toArray());
    series.setLineStyle(look.stroke);
    series.setLineColor(look.colour);
    series.setMarkerColor(look.colour);
    series.setMarker(new SpacedMarker(look.shape, rows.size(), look.markers));
  }

  private static void style(XYChart chart, PlotConfig config) {
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT); // the numbers are the same everywhere
    styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xE0E0E0));
    styler.setPlotBorderVisible(false);
    styler.setXAxisDecimalPattern("#,##0.##");
    styler.setYAxisDecimalPattern("0.0##");
    styler.setXAxisTickMarkSpacingHint(110);
    styler.setYAxisTickMarkSpacingHint(60);
    styler.setYAxisLogarithmic(config.logScale());
    styler.setMarkerSize(8);
    styler.setLegendPosition(
        chart.getSeriesCollection().size() <= NAMES_INSIDE
            ? LegendPosition.InsideNE
            : LegendPosition.OutsideE);
    styler.setLegendBorderColor(new Color(0xC0C0C0));
    styler.setLegendSeriesLineLength(36);
  }
}
