package org.charrnn.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.charrnn.InputException;
import org.charrnn.plot.PlotConfig.Unit;
import org.charrnn.plot.PlotConfig.XAxis;
import org.charrnn.store.HistoryRow;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LearningCurvesTest {
  private static final Curve CHAR_RNN =
      new Curve(
          "runs/a",
          List.of(
              row(50, 0.5, 3.25, null),
              row(100, 1.0, 2.5, 2.75),
              row(150, 1.5, 2.25, null),
              row(200, 2.0, 2.0, 2.625)));
  private static final Curve LAB =
      new Curve(
          "runs/lab",
          IntStream.range(0, 120).mapToObj(i -> HistoryRow.ofLab(i, 3f / (1 + i))).toList());
  private static final PlotConfig NATS =
      new PlotConfig(XAxis.STEPS, Unit.NATS, "character", false, 700, 450);

  private static HistoryRow row(long step, double epoch, double nats, Double validationNats) {
    return new HistoryRow(step, epoch, nats, 0.002f, 1.0, 1000.0, validationNats);
  }

  private static XYSeries series(XYChart chart, String name) {
    return chart.getSeries(name);
  }

  @Test
  void pointsEqualHistoryRows() {
    XYChart chart = LearningCurves.chart(List.of(CHAR_RNN, LAB), NATS);
    assertThat(chart.getSeriesCollection())
        .extracting(XYSeries::getLabel)
        .containsExactly("runs/a, training", "runs/a, validation", "runs/lab, training");
    XYSeries training = series(chart, "runs/a, training");
    assertThat(training.getXData()).containsExactly(50, 100, 150, 200);
    assertThat(training.getYData()).containsExactly(3.25, 2.5, 2.25, 2.0);
    XYSeries validation = series(chart, "runs/a, validation");
    assertThat(validation.getXData()).containsExactly(100, 200);
    assertThat(validation.getYData()).containsExactly(2.75, 2.625);
    assertThat(series(chart, "runs/lab, training").getXData()).hasSize(120).endsWith(118, 119);
    assertThat(chart.getXAxisTitle()).isEqualTo("steps");
    assertThat(chart.getYAxisTitle()).isEqualTo("loss (nats per character)");
  }

  @Test
  void bitsAreNatsDividedByLogTwoAndLabStepsAreEpochs() {
    PlotConfig config = new PlotConfig(XAxis.EPOCHS, Unit.BITS, "character", false, 700, 450);
    XYChart chart = LearningCurves.chart(List.of(CHAR_RNN, LAB), config);
    assertThat(series(chart, "runs/a, validation").getXData()).containsExactly(1, 2);
    assertThat(series(chart, "runs/a, validation").getYData())
        .containsExactly(2.75 / Math.log(2), 2.625 / Math.log(2));
    assertThat(series(chart, "runs/lab, training").getXData()).startsWith(0, 1, 2);
    assertThat(chart.getXAxisTitle()).isEqualTo("epochs");
    assertThat(chart.getYAxisTitle()).isEqualTo("loss (bits per character)");
  }

  @Test
  void pngHasConfiguredSizeAndColoursOfRuns() throws IOException {
    BufferedImage image =
        ImageIO.read(
            new ByteArrayInputStream(
                LearningCurves.draw(List.of(CHAR_RNN, LAB), NATS, PictureFormat.PNG)));
    assertThat(image.getWidth()).isEqualTo(700);
    assertThat(image.getHeight()).isEqualTo(450);
    XYChart chart = LearningCurves.chart(List.of(CHAR_RNN, LAB), NATS);
    Color first = series(chart, "runs/a, training").getLineColor();
    Color second = series(chart, "runs/lab, training").getLineColor();
    assertThat(first)
        .isEqualTo(series(chart, "runs/a, validation").getLineColor())
        .isNotEqualTo(second);
    int[] pixels = image.getRGB(0, 0, 700, 450, null, 0, 700);
    assertThat(pixels).contains(first.getRGB(), second.getRGB());
    assertThat(pixels[0]).isEqualTo(Color.WHITE.getRGB());
  }

  /** XChart draws a curve as separate segments, and one more in the legend; text is outlines. */
  @Test
  void svgSegmentsMatchHistoryRows() throws Exception {
    byte[] svg = LearningCurves.draw(List.of(LAB), NATS, PictureFormat.SVG);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 700 450");

    XYSeries series = series(LearningCurves.chart(List.of(LAB), NATS), "runs/lab");
    Color colour = series.getLineColor();
    String style =
        "stroke:rgb(%d,%d,%d);".formatted(colour.getRed(), colour.getGreen(), colour.getBlue());
    NodeList lines = document.getElementsByTagName("line");
    List<Element> segments =
        IntStream.range(0, lines.getLength())
            .mapToObj(i -> (Element) lines.item(i))
            .filter(line -> line.getAttribute("style").contains(style))
            .toList();
    assertThat(segments).hasSize(119 + 1);

    // The first and the last point determine the scale, by which all other points are checked.
    double[] x = series.getXData();
    double[] y = series.getYData();
    double left = pixels(segments.get(0), "x1");
    double top = pixels(segments.get(0), "y1");
    double xScale = (pixels(segments.get(118), "x2") - left) / (x[119] - x[0]);
    double yScale = (pixels(segments.get(118), "y2") - top) / (y[119] - y[0]);
    assertThat(xScale).isPositive();
    assertThat(yScale).isNegative();
    for (int i = 1; i < 120; i++) {
      Element segment = segments.get(i - 1);
      // XChart rounds the coordinates in the file to a few decimals.
      assertThat(pixels(segment, "x2")).isCloseTo(left + xScale * (x[i] - x[0]), within(1e-3));
      assertThat(pixels(segment, "y2")).isCloseTo(top + yScale * (y[i] - y[0]), within(1e-3));
    }
  }

  private static double pixels(Element line, String attribute) {
    return Double.parseDouble(line.getAttribute(attribute));
  }

  @Test
  void outputIsDeterministic() throws IOException {
    for (PictureFormat format : PictureFormat.values()) {
      byte[] first = LearningCurves.draw(List.of(CHAR_RNN, LAB), NATS, format);
      assertThat(LearningCurves.draw(List.of(CHAR_RNN, LAB), NATS, format)).isEqualTo(first);
      assertThat(LearningCurves.draw(List.of(CHAR_RNN), NATS, format)).isNotEqualTo(first);
    }
  }

  @Test
  void thirtyFiveRunsHaveDifferentStyles() {
    List<Curve> curves =
        IntStream.range(0, 35).mapToObj(i -> new Curve("r" + i, LAB.rows())).toList();
    assertThat(LearningCurves.chart(curves, NATS).getSeriesCollection())
        .extracting(series -> series.getLineColor() + " " + shape(series))
        .hasSize(35)
        .doesNotHaveDuplicates();
  }

  private static String shape(XYSeries series) {
    return ((SpacedMarker) series.getMarker()).shape().getClass().getSimpleName();
  }

  @Test
  void legendOmitsTrainingWithoutValidation() {
    XYChart chart = LearningCurves.chart(List.of(LAB), NATS);
    assertThat(chart.getSeriesCollection())
        .extracting(XYSeries::getLabel)
        .containsExactly("runs/lab");
    assertThat(chart.getYAxisTitle()).isEqualTo("training loss (nats per character)");
  }

  @Test
  void curveOfLossesHasLossBeforeEachStep() {
    assertThat(Curve.ofLosses("r", List.of(3f, 2f)).rows())
        .containsExactly(HistoryRow.ofLab(0, 3), HistoryRow.ofLab(1, 2));
  }

  @Test
  void longNameIsShortenedToItsEnd() {
    String path = "x/".repeat(60) + "the-run";
    XYChart chart = LearningCurves.chart(List.of(new Curve(path, LAB.rows())), NATS);
    assertThat(series(chart, path).getLabel()).startsWith("…").endsWith("x/the-run").hasSize(35);
  }

  @Test
  void singleStepAndEqualLossesCanBeDrawn() throws IOException {
    for (List<HistoryRow> rows :
        List.of(
            List.of(HistoryRow.ofLab(0, 3)),
            List.of(HistoryRow.ofLab(0, 3), HistoryRow.ofLab(1, 3)),
            List.of(HistoryRow.ofLab(0, 3), HistoryRow.ofLab(1, 3.0000002f)))) {
      for (boolean logScale : new boolean[] {false, true}) {
        PlotConfig config = new PlotConfig(XAxis.STEPS, Unit.NATS, "character", logScale, 400, 400);
        byte[] svg = LearningCurves.draw(List.of(new Curve("r", rows)), config, PictureFormat.SVG);
        assertThat(new String(svg, StandardCharsets.UTF_8))
            .contains("<ellipse")
            .doesNotContain("NaN");
      }
    }
  }

  @Test
  void logarithmicAxisRejectsZeroLoss() {
    Curve curve = new Curve("r", List.of(HistoryRow.ofLab(0, 1), HistoryRow.ofLab(1, 0)));
    PlotConfig config = new PlotConfig(XAxis.STEPS, Unit.NATS, "character", true, 700, 450);
    assertThatThrownBy(() -> LearningCurves.chart(List.of(curve), config))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("loss of 0 of r", "use a linear axis");
  }
}
