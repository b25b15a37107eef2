package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
import org.charrnn.testing.Events;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.listeners.LabEventWriter;
import org.charrnn.train.listeners.LabListing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

/** A lab as the program trains it: {@link LabTrainer}, {@link TrainingLoop} and its listeners. */
class LabTrainerTest {
  private static final String TEXT = "hello, world";
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode(TEXT), 4);
  private static final ModelConfig CONFIG = ModelConfig.lab(VOCABULARY.size(), 9, 2);

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();

  /** Collects the loss of each report. */
  private static final class Losses implements TrainingListener {
    private final List<Float> losses = new ArrayList<>();

    @Override
    public void onReport(Report report) {
      losses.add((float) report.row().meanLossNats());
    }
  }

  @Test
  void trainedNetworkReproducesSentence() throws DivergedException, IOException {
    List<Float> losses = train(0.1f, 150, LabListing.Mode.NONE);
    assertThat(losses).hasSize(150);
    assertThat(out.toString().lines()).containsExactly("ello, world");
  }

  @Test
  void listingDoesNotChangeLosses() throws DivergedException, IOException {
    List<Float> silent = train(0.1f, 5, LabListing.Mode.NONE);
    assertThat(train(0.1f, 5, LabListing.Mode.ALL)).isEqualTo(silent);
  }

  @Test
  void trainingWithoutStepsPrintsPredictionsOfInitialWeights()
      throws DivergedException, IOException {
    assertThat(train(0.1f, 0, LabListing.Mode.SUMMARY)).isEmpty();
    assertThat(out.toString().lines()).hasSize(WINDOWS.count() + 1);
  }

  @Test
  void eventsHaveLossOfEveryTenthStepAndOfTheLast() throws Exception {
    List<Float> losses = train(0.1f, 14, LabListing.Mode.NONE);
    List<Event> all = Events.read(Events.files(directory).get(0));
    List<Event> events = all.subList(2, all.size()); // after the file version and the start
    assertThat(events).extracting(Event::getStep).containsExactly(0L, 10L, 13L);
    assertThat(events)
        .extracting(event -> event.getSummary().getValue(0).getSimpleValue())
        .containsExactly(losses.get(0), losses.get(10), losses.get(13));
  }

  @Test
  void lossThatIsNotFiniteEndsTraining() {
    assertThatThrownBy(() -> train(1e38f, 10, LabListing.Mode.NONE))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("the loss at step \\d is (NaN|Infinity); try a smaller learning rate");
  }

  @Test
  void stopDuringAStepEndsTrainingAfterItAndStillPrintsSentence() throws Exception {
    try (StopSignal stop = new StopSignal()) {
      TrainingListener stopsDuringSecondStep =
          new TrainingListener() {
            @Override
            public void onStep(long step, ReportInterval interval) {
              if (step == 2) {
                new Thread(stop::stopAndWait).start();
                while (!stop.requested()) {
                  Thread.onSpinWait();
                }
              }
            }
          };
      Losses losses = new Losses();
      assertThat(run(0.1f, 10, LabListing.Mode.ALL, stop, losses, stopsDuringSecondStep))
          .isEqualTo(Ending.STOPPED);
      assertThat(losses.losses).hasSize(2);
      assertThat(out.toString().lines()).hasSize(3 * WINDOWS.count() + 1);
    }
  }

  @Test
  void predictionsAreThoseBeforeTheStep() throws DivergedException {
    try (LabTrainer trainer = trainer(0.1f, step -> step != 1)) {
      for (long step = 0; step < 3; step++) {
        int[][] before = trainer.predict();
        trainer.train(step, step + 1);
        if (step == 1) {
          assertThat(trainer.predictions()).isNull(); // they were not wanted
        } else {
          assertThat(trainer.predictions()).isDeepEqualTo(before);
        }
      }
    }
  }

  @Test
  void statisticsAreSumOfLossesAndLargestNorm() throws DivergedException {
    try (LabTrainer single = trainer(0.1f, step -> false);
        LabTrainer together = trainer(0.1f, step -> false)) {
      double sum = 0;
      float maxNorm = 0;
      for (long step = 0; step < 5; step++) {
        single.resetStatistics();
        single.train(step, step + 1);
        assertThat(single.statistics().lossSumNats()).isEqualTo(single.lossNats());
        sum += single.lossNats();
        maxNorm = Math.max(maxNorm, single.statistics().maxGradientNorm());
      }
      together.train(0, 5);
      assertThat(together.statistics().lossSumNats()).isEqualTo(sum);
      assertThat(together.statistics().maxGradientNorm()).isEqualTo(maxNorm);
      assertThat(together.lossNats()).isEqualTo(single.lossNats()); // of the last step
      assertThat(single.stepsPerEpoch()).isEqualTo(1);
    }
  }

  @Test
  void openedTrainerTrainsLikeTheLabOfTheProgram() throws DivergedException {
    try (LabTrainer expected = trainer(0.1f, step -> false);
        LabTrainer opened = LabTrainer.open(CONFIG, WINDOWS, ComputeKernel.OPS, 0.1f, 1)) {
      expected.train(0, 3);
      opened.train(0, 3);
      assertThat(opened.statistics()).isEqualTo(expected.statistics());
      assertThat(opened.predict()).isDeepEqualTo(expected.predict());
    }
  }

  @Test
  void sessionIsClosedIfTheWindowsDoNotFit() {
    TrainingSession session =
        TrainingSession.open(
            Setups.lab(CONFIG, WINDOWS, ComputeKernel.OPS, 1),
            TrainingStart.RANDOM,
            SessionSettings.SEQUENTIAL);
    Windows other = Windows.of(VOCABULARY.encode(TEXT), WINDOWS.sequenceLength() + 1);
    assertThatThrownBy(() -> new LabTrainer(session, other, 0.1f, step -> false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.state().weights()).isInstanceOf(IllegalStateException.class);
  }

  /** The windows that the trainer evaluates need not be those that it trains on. */
  @Test
  void evaluationEqualsLossOfTrainingOnTheSameWindow() throws DivergedException {
    int[] ids = Arrays.copyOf(VOCABULARY.encode(TEXT), 5);
    Windows window = Windows.of(ids, 4);
    try (LabTrainer trainer =
        new LabTrainer(
            TrainingSession.open(
                Setups.lab(CONFIG, window, ComputeKernel.OPS, 1),
                TrainingStart.RANDOM,
                SessionSettings.allCores()),
            window,
            0.1f,
            step -> false)) {
      double evaluated =
          trainer.meanLossNats(
              TokenRanges.of(Setups.text("the text", VOCABULARY.size(), ids)), read -> {});
      trainer.train(0, 1);
      assertThat(trainer.statistics().lossSumNats()).isEqualTo(evaluated);
    }
  }

  private List<Float> train(float learningRate, int steps, LabListing.Mode mode)
      throws DivergedException, IOException {
    Losses losses = new Losses();
    try (StopSignal stop = new StopSignal()) {
      run(learningRate, steps, mode, stop, losses);
    }
    return losses.losses;
  }

  private Ending run(
      float learningRate,
      int steps,
      LabListing.Mode mode,
      StopSignal stop,
      TrainingListener... listeners)
      throws DivergedException, IOException {
    TrainingConfig settings =
        TrainingConfig.lab(
            new BatchShape(WINDOWS.count(), WINDOWS.sequenceLength()), steps, learningRate, 100, 1);
    try (LabTrainer trainer = trainer(learningRate, step -> mode.needsPredictions(step, steps));
        EventFile events = EventFile.create(directory)) {
      List<TrainingListener> all = new ArrayList<>(List.of(listeners));
      all.add(
          new LabListing(
              new PrintWriter(out),
              mode,
              VOCABULARY,
              WINDOWS,
              steps,
              trainer,
              Displays.invisible()));
      all.add(new LabEventWriter(events, steps));
      return new TrainingLoop(
              trainer, settings, RunKind.LAB, TrainingProgress.START, Optional.empty(), all)
          .run(stop);
    }
  }

  private static LabTrainer trainer(float learningRate, LongPredicate wantsPredictions) {
    return new LabTrainer(
        TrainingSession.open(
            Setups.lab(CONFIG, WINDOWS, ComputeKernel.OPS, 1),
            TrainingStart.RANDOM,
            SessionSettings.allCores()),
        WINDOWS,
        learningRate,
        wantsPredictions);
  }
}
