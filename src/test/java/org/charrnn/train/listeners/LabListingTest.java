package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.Displays;
import org.charrnn.train.DivergedException;
import org.charrnn.train.LabTrainer;
import org.charrnn.train.Report;
import org.charrnn.train.Setups;
import org.charrnn.train.listeners.LabListing.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;

/**
 * The network of these tests predicts, whatever it read before, the character one before the last
 * one it read: after a the last of the vocabulary, after b an a, after c a b.
 */
class LabListingTest {
  private static final int STEPS = 25;
  private static final Vocabulary VOCABULARY = Vocabulary.of("abc");

  /** Predictions: cab, abc. */
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode("abcab"), 3);

  private final StringWriter out = new StringWriter();
  private final List<LabTrainer> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(LabTrainer::close);
  }

  /** Each hidden feature is on for one character, and turns on the logit of the one before it. */
  private static List<VariableValue> weights(ModelConfig network) {
    int classes = network.classes();
    List<VariableValue> weights = new ArrayList<>();
    network
        .weightShapes()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) shape.size()];
              for (int i = 0; i < classes; i++) {
                if (name.endsWith("kernel")) {
                  values[i * classes + i] = 5; // of the input; the rows of the state are zeros
                } else if (name.equals("softmax_w")) {
                  values[i * classes + (i + classes - 1) % classes] = 5;
                }
              }
              weights.add(new VariableValue(name, Shape.of(shape.asArray()), values));
            });
    return weights;
  }

  /** Opens a trainer that took a step so small that it changed no weight. */
  private LabTrainer trainer(Vocabulary vocabulary, Windows windows) {
    ModelConfig network = new ModelConfig(CellKind.RNN, vocabulary.size(), vocabulary.size(), 1, 0);
    LabTrainer trainer =
        new LabTrainer(
            TrainingSession.open(
                Setups.lab(network, windows, ComputeKernel.OPS, 1),
                TrainingStart.weights(weights(network)),
                SessionSettings.SEQUENTIAL),
            windows,
            1e-30f,
            step -> true);
    opened.add(trainer);
    try {
      trainer.train(0, 1);
    } catch (DivergedException e) {
      throw new AssertionError(e);
    }
    return trainer;
  }

  private LabListing listing(Mode mode, Vocabulary vocabulary, Windows windows) {
    return new LabListing(
        new PrintWriter(out),
        mode,
        vocabulary,
        windows,
        STEPS,
        trainer(vocabulary, windows),
        Displays.invisible());
  }

  private LabListing listing(Mode mode) {
    return listing(mode, VOCABULARY, WINDOWS);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private static Report report(long step, float loss) {
    HistoryRow row = HistoryRow.ofLab(step, loss);
    return new Report(step + 1, row, false, TrainingProgress.START);
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL", "SUMMARY"})
  void windowsArePrintedWithTheirTargets(Mode mode) {
    listing(mode).onStart(TrainingProgress.START);
    assertThat(lines()).containsExactly("0 abc -> bca", "1 bca -> cab");
  }

  @Test
  void modeNonePrintsNoWindows() {
    listing(Mode.NONE).onStart(TrainingProgress.START);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void resumedTrainingDoesNotPrintWindowsAgain() {
    listing(Mode.ALL).onStart(new TrainingProgress(7, 0, null, 0));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void modeDeterminesStepsWithPredictions() {
    assertThat(stepsWithPredictions(Mode.ALL))
        .isEqualTo(LongStream.range(0, STEPS).boxed().toList());
    assertThat(stepsWithPredictions(Mode.SUMMARY)).containsExactly(0L, 10L, 20L, 24L);
    assertThat(stepsWithPredictions(Mode.NONE)).isEmpty();
  }

  private static List<Long> stepsWithPredictions(Mode mode) {
    return LongStream.range(0, STEPS)
        .filter(step -> mode.needsPredictions(step, STEPS))
        .boxed()
        .toList();
  }

  @Test
  void modeAllPrintsEveryWindowOfAStep() {
    listing(Mode.ALL).onReport(report(7, 3.218876f));
    assertThat(lines()).containsExactly("7 0 cab 3.2188759", "7 1 abc 3.2188759");
  }

  @Test
  void modeSummaryPrintsAllWindowsAtFirstAndLastStepElseTheFirstWindow() {
    LabListing listing = listing(Mode.SUMMARY);
    listing.onReport(report(0, 3.25f));
    listing.onReport(report(5, 3));
    listing.onReport(report(10, 0.0000001f));
    listing.onReport(report(24, 12345.5f));
    assertThat(lines())
        .containsExactly(
            "0 0 cab 3.2500000",
            "0 1 abc 3.2500000",
            "10 0 cab 0.0000001",
            "24 0 cab 12345.5000000",
            "24 1 abc 12345.5000000");
  }

  @Test
  void modeNonePrintsNoSteps() {
    LabListing listing = listing(Mode.NONE);
    listing.onReport(report(0, 3));
    listing.onReport(report(24, 3));
    assertThat(out.toString()).isEmpty();
  }

  /** The predictions are cab, abc and bca. */
  @ParameterizedTest
  @EnumSource
  void sentenceIsFirstWindowAndLastCharacterOfEachOther(Mode mode) {
    listing(mode, VOCABULARY, Windows.of(VOCABULARY.encode("abcabc"), 3)).onEnd();
    assertThat(lines()).containsExactly("cabca");
  }

  /** The vocabulary is tab, line feed, carriage return, a. */
  @Test
  void lineEndsAndTabsAreEscaped() {
    Vocabulary vocabulary = Vocabulary.of("a\n\r\t");
    assertThat(vocabulary.tokens()).containsExactly("\t", "\n", "\r", "a");
    LabListing listing =
        listing(Mode.ALL, vocabulary, Windows.of(vocabulary.encode("a\r\n\ta"), 3));
    listing.onStart(TrainingProgress.START);
    listing.onReport(report(0, 1));
    assertThat(lines())
        .containsExactly(
            "0 a\\r\\n -> \\r\\n\\t",
            "1 \\r\\n\\t -> \\n\\ta",
            "0 0 \\r\\n\\t 1.0000000",
            "0 1 \\n\\ta 1.0000000");
  }

  /** The vocabulary is line feed, a; so the predictions are a and line feed in turn. */
  @Test
  void sentenceKeepsItsLineEnds() {
    Vocabulary vocabulary = Vocabulary.of("a\n");
    listing(Mode.ALL, vocabulary, Windows.of(vocabulary.encode("\na\na"), 3)).onEnd();
    assertThat(out.toString()).isEqualTo("a\na" + System.lineSeparator());
  }
}
