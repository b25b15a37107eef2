package org.charrnn.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.charrnn.InputException;
import org.charrnn.store.HistoryRow;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The picture of learning curves. A run has a colour and a shape of marker; its training loss is a
 * thin line with hollow markers, its validation loss a thick one with full markers.
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

  /**
   * The largest loss over the smallest, up to which each of 1, 2, 3 ... 9 has room for its label.
   */
  private static final double RANGE_OF_ALL_LABELS = 30;

  /** Of a picture's width for each letter of a legend, so that half of the width is the curves'. */
  private static final int PIXELS_PER_LETTER = 20;

  /**
   * How a kind of loss looks.
   *
   * @param markers at most on a line
   */
  private record Look(float width, boolean hollow, int markers) {
    static final Look TRAINING = new Look(1.2f, true, 8);
    static final Look VALIDATION = new Look(2.4f, false, 40);
  }

  private final PlotConfig config;
  private final boolean validated; // any of the runs
  private final XYChart chart;

  private LearningCurves(List<Curve> curves, PlotConfig config) {
    this.config = config;
    this.validated = curves.stream().anyMatch(curve -> !validated(curve).isEmpty());
    this.chart =
        new XYChartBuilder()
            .width(config.width())
            .height(config.height())
            .xAxisTitle(config.xAxis().toString())
            .yAxisTitle(
                "%s (%s per %s)"
                    .formatted(validated ? "loss" : "training loss", config.unit(), config.token()))
            .build();
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

  /**
   * Draws a picture to look at, such as in a notebook.
   *
   * @throws InputException if a loss cannot be shown
   */
  public static BufferedImage image(List<Curve> curves, PlotConfig config) {
    return BitmapEncoder.getBufferedImage(chart(curves, config));
  }

  static XYChart chart(List<Curve> curves, PlotConfig config) {
    LearningCurves picture = new LearningCurves(curves, config);
    for (int i = 0; i < curves.size(); i++) {
      picture.add(curves.get(i), COLOURS.get(i % COLOURS.size()), SHAPES.get(i % SHAPES.size()));
    }
    picture.style();
    return picture.chart;
  }

  private void add(Curve curve, Color colour, Marker shape) {
    String name = validated ? curve.name() + ", training" : curve.name();
    paint(series(name, curve.rows(), HistoryRow::meanLossNats), Look.TRAINING, colour, shape);

    List<HistoryRow> validation = validated(curve);
    if (!validation.isEmpty()) {
      paint(
          series(curve.name() + ", validation", validation, HistoryRow::validationNats),
          Look.VALIDATION,
          colour,
          shape);
    }
  }

  private static List<HistoryRow> validated(Curve curve) {
    return curve.rows().stream().filter(row -> row.validationNats() != null).toList();
  }

  private XYSeries series(
      String name, List<HistoryRow> rows, ToDoubleFunction<HistoryRow> lossNats) {
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
    series.setLabel(label(name));
    return series;
  }

  /** The end of a long name: there paths differ. */
  private String label(String name) {
    int longest = config.width() / PIXELS_PER_LETTER;
    return name.length() <= longest ? name : "…" + name.substring(name.length() - longest + 1);
  }

  private static void paint(XYSeries series, Look look, Color colour, Marker shape) {
    int points = series.getXData().length;
    series.setLineStyle(new BasicStroke(look.width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setMarker(new SpacedMarker(shape, look.hollow, points, look.markers));
  }

  private void style() {
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT); // the numbers are the same everywhere
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xE0E0E0));
    styler.setPlotBorderVisible(false);
    // From 0 to just beyond the last step, else XChart puts its ticks on steps instead of on round
    // numbers.
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(Math.max(1, 1.01 * max(XYSeries::getXMax)));
    styler.setXAxisDecimalPattern("#,##0.##");
    styler.setYAxisDecimalPattern("0.0#####");
    styler.setXAxisTickMarkSpacingHint(80);
    styler.setYAxisTickMarkSpacingHint(60);
    styler.setYAxisLogarithmic(config.logScale());
    double range = max(XYSeries::getYMax) * max(series -> 1 / series.getYMin());
    styler.setYAxisLogarithmicDecadeOnly(range > RANGE_OF_ALL_LABELS);
    styler.setMarkerSize(9);
    styler.setLegendPosition(LegendPosition.OutsideE); // inside it would cover curves
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendSeriesLineLength(36);
  }

  private double max(ToDoubleFunction<XYSeries> of) {
    return chart.getSeriesCollection().stream().mapToDouble(of).max().orElseThrow();
  }
}
