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
 * A plot of learning curves. Each run has its own colour and marker shape. Its training loss is a
 * thin line with hollow markers, its validation loss a thick line with filled markers.
 */
public final class LearningCurves {
  /** The colour-blind safe palette of Okabe and Ito, without yellow. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0x000000),
          new Color(0x56B4E9),
          new Color(0xE69F00));

  /** 5 shapes and 7 colours have no common divisor, so 35 runs get different combinations. */
  private static final List<Marker> SHAPES =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN);

  /**
   * The ratio of the largest to the smallest loss up to which a logarithmic axis has room for
   * labels between the powers of ten.
   */
  private static final double MAX_RATIO_WITH_ALL_LABELS = 30;

  /** Plot width per character of a legend label, which leaves half of the width for the curves. */
  private static final int PLOT_PIXELS_PER_LABEL_CHARACTER = 20;

  /**
   * The line style of a kind of loss.
   *
   * @param width the line width in pixels
   * @param hollow whether markers are hollow
   * @param maxMarkers the maximum number of markers on a line
   */
  private record LineStyle(float width, boolean hollow, int maxMarkers) {
    static final LineStyle TRAINING = new LineStyle(1.2f, true, 8);
    static final LineStyle VALIDATION = new LineStyle(2.4f, false, 40);
  }

  private final PlotConfig config;
  private final boolean hasValidation; // for at least one run
  private final XYChart chart;

  private LearningCurves(List<Curve> curves, PlotConfig config) {
    this.config = config;
    this.hasValidation = curves.stream().anyMatch(curve -> !validationRows(curve).isEmpty());
    this.chart =
        new XYChartBuilder()
            .width(config.width())
            .height(config.height())
            .xAxisTitle(config.xAxis().toString())
            .yAxisTitle(
                "%s (%s per %s)"
                    .formatted(
                        hasValidation ? "loss" : "training loss", config.unit(), config.token()))
            .build();
  }

  /**
   * Draws a plot as a file. The output is deterministic.
   *
   * @return the contents of the file
   * @throws InputException if a loss is 0 and the axis is logarithmic
   */
  public static byte[] draw(List<Curve> curves, PlotConfig config, PictureFormat format)
      throws IOException {
    return format.encode(chart(curves, config));
  }

  /**
   * Draws a plot as an image, such as for a notebook.
   *
   * @throws InputException if a loss is 0 and the axis is logarithmic
   */
  public static BufferedImage image(List<Curve> curves, PlotConfig config) {
    return BitmapEncoder.getBufferedImage(chart(curves, config));
  }

  static XYChart chart(List<Curve> curves, PlotConfig config) {
    LearningCurves plot = new LearningCurves(curves, config);
    for (int i = 0; i < curves.size(); i++) {
      plot.add(curves.get(i), COLOURS.get(i % COLOURS.size()), SHAPES.get(i % SHAPES.size()));
    }
    plot.style();
    return plot.chart;
  }

  private void add(Curve curve, Color colour, Marker shape) {
    String name = hasValidation ? curve.name() + ", training" : curve.name();
    setStyle(
        series(name, curve.rows(), HistoryRow::meanLossNats), LineStyle.TRAINING, colour, shape);

    List<HistoryRow> validation = validationRows(curve);
    if (!validation.isEmpty()) {
      setStyle(
          series(curve.name() + ", validation", validation, HistoryRow::validationNats),
          LineStyle.VALIDATION,
          colour,
          shape);
    }
  }

  private static List<HistoryRow> validationRows(Curve curve) {
    return curve.rows().stream().filter(row -> row.validationNats() != null).toList();
  }

  private XYSeries series(
      String name, List<HistoryRow> rows, ToDoubleFunction<HistoryRow> lossNats) {
    if (config.logScale() && rows.stream().mapToDouble(lossNats).anyMatch(loss -> loss == 0)) {
      throw new InputException(
          "a logarithmic axis cannot show the loss of 0 of %s; use a linear axis".formatted(name));
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
            rows.stream().mapToDouble(lossNats).map(config.unit()::fromNats).toArray());
    series.setLabel(label(name));
    return series;
  }

  /** Shortens a long name to its end, where paths differ. */
  private String label(String name) {
    int maxLength = config.width() / PLOT_PIXELS_PER_LABEL_CHARACTER;
    return name.length() <= maxLength ? name : "…" + name.substring(name.length() - maxLength + 1);
  }

  private static void setStyle(XYSeries series, LineStyle style, Color colour, Marker shape) {
    int points = series.getXData().length;
    series.setLineStyle(
        new BasicStroke(style.width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setMarker(new SpacedMarker(shape, style.hollow, points, style.maxMarkers));
  }

  private void style() {
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT); // number format independent of the machine
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xE0E0E0));
    styler.setPlotBorderVisible(false);
    // From 0 to just above the last step; otherwise XChart places ticks at steps instead of round
    // numbers.
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(Math.max(1, 1.01 * max(XYSeries::getXMax)));
    styler.setXAxisDecimalPattern("#,##0.##");
    styler.setYAxisDecimalPattern("0.0#####");
    styler.setXAxisTickMarkSpacingHint(80);
    styler.setYAxisTickMarkSpacingHint(60);
    styler.setYAxisLogarithmic(config.logScale());
    double ratio = max(XYSeries::getYMax) * max(series -> 1 / series.getYMin());
    styler.setYAxisLogarithmicDecadeOnly(ratio > MAX_RATIO_WITH_ALL_LABELS);
    styler.setMarkerSize(9);
    styler.setLegendPosition(LegendPosition.OutsideE); // inside, it would cover curves
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendSeriesLineLength(36);
  }

  private double max(ToDoubleFunction<XYSeries> value) {
    return chart.getSeriesCollection().stream().mapToDouble(value).max().orElseThrow();
  }
}
