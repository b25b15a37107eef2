package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.TokenRanges;
import org.charrnn.train.listeners.EarlyStopping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loop with a {@link FakeTrainer}, whose loss at step k is k, and recording listeners. */
class TrainingLoopTest {
  private static final Optional<TokenRanges> VALIDATION =
      Optional.of(TokenRanges.of(Setups.text("the validation text", 2, 0, 1, 0)));

  private final List<String> events = new ArrayList<>();
  private final List<Report> reports = new ArrayList<>();
  private final List<Long> saved = new ArrayList<>();

  /** Writes each event, with its own name, to a common list. */
  private final class Recorder implements TrainingListener {
    private final String name;

    private Recorder(String name) {
      this.name = name;
    }

    @Override
    public void onStart(TrainingProgress progress) {
      events.add(name + " start " + progress.step());
    }

    @Override
    public void onStep(long step, ReportInterval interval) {
      events.add(name + " step " + step);
    }

    @Override
    public void onValidation(long step, long read, long tokens) {
      events.add("%s validation %d: %d of %d".formatted(name, step, read, tokens));
    }

    @Override
    public void onReport(Report report) {
      events.add(name + " report " + report.step());
    }

    @Override
    public void onSave(Report report) {
      events.add(name + " save " + report.step());
    }

    @Override
    public Optional<Ending> ending() {
      events.add(name + " ending");
      return Optional.empty();
    }

    @Override
    public void onEnd() {
      events.add(name + " end");
    }
  }

  /** Collects the reports. */
  private final class Reports implements TrainingListener {
    @Override
    public void onReport(Report report) {
      reports.add(report);
    }

    @Override
    public void onSave(Report report) {
      saved.add(report.step());
    }
  }

  private static TrainingConfig config(long steps, long saveEvery) {
    return new TrainingConfig(
        new BatchShape(2, 5),
        steps,
        LearningRateSchedule.epochs(0.5f, 0.5f, 2),
        Regularization.NONE,
        Saving.checkpoints(saveEvery),
        1);
  }

  private Ending run(
      Trainer trainer,
      TrainingConfig config,
      RunKind kind,
      TrainingProgress progress,
      Optional<TokenRanges> validation,
      TrainingListener... more)
      throws DivergedException, IOException {
    List<TrainingListener> listeners = new ArrayList<>(List.of(new Reports()));
    listeners.addAll(List.of(more));
    try (StopSignal stop = new StopSignal()) {
      return new TrainingLoop(trainer, config, kind, progress, validation, listeners).run(stop);
    }
  }

  /** Runs a training on streams without validation, from its start. */
  private Ending run(FakeTrainer trainer, TrainingConfig config, TrainingListener... more)
      throws DivergedException, IOException {
    return run(trainer, config, RunKind.TRAIN, TrainingProgress.START, Optional.empty(), more);
  }

  private List<Long> reportedSteps() {
    return reports.stream().map(Report::step).toList();
  }

  @Test
  void eventsAreInOrderAndListenersAreCalledInTheirOrder() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0, 1.0);
    Ending ending =
        run(
            trainer,
            config(3, 2),
            RunKind.TRAIN,
            TrainingProgress.START,
            VALIDATION,
            new Recorder("A"),
            new Recorder("B"));
    assertThat(ending).isEqualTo(Ending.DONE);
    assertThat(events)
        .containsExactly(
            "A start 0",
            "B start 0",
            "A step 1",
            "B step 1",
            "A ending",
            "B ending",
            "A step 2",
            "B step 2",
            "A validation 2: 1 of 2",
            "B validation 2: 1 of 2",
            "A validation 2: 2 of 2",
            "B validation 2: 2 of 2",
            "A report 2",
            "B report 2",
            "A save 2",
            "B save 2",
            "A ending",
            "B ending",
            "A step 3",
            "B step 3",
            "A validation 3: 1 of 2",
            "B validation 3: 1 of 2",
            "A validation 3: 2 of 2",
            "B validation 3: 2 of 2",
            "A report 3",
            "B report 3",
            "A save 3",
            "B save 3",
            "A ending",
            "B ending",
            "A end",
            "B end");
  }

  @Test
  void reportsAreEvery50StepsAndAtEachSave() throws Exception {
    run(new FakeTrainer(1000, 1), config(230, 80));
    assertThat(reportedSteps()).containsExactly(50L, 80L, 100L, 150L, 160L, 200L, 230L);
    assertThat(saved).containsExactly(80L, 160L, 230L);
    assertThat(reports.stream().filter(Report::isSaved).map(Report::step)).isEqualTo(saved);
  }

  @Test
  void labReportsEveryStepWithItsLossAlone() throws Exception {
    run(new FakeTrainer(1, 1), config(5, 2), RunKind.LAB, TrainingProgress.START, Optional.empty());
    assertThat(reportedSteps()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(reports.stream().map(Report::row))
        .containsExactly(
            HistoryRow.ofLab(0, 0),
            HistoryRow.ofLab(1, 1),
            HistoryRow.ofLab(2, 2),
            HistoryRow.ofLab(3, 3),
            HistoryRow.ofLab(4, 4));
    assertThat(saved).containsExactly(2L, 4L, 5L);
  }

  /** The mean loss of steps 50 to 79 is their mean, 64.5; epochs have 20 steps. */
  @Test
  void rowHasTheStepsSinceTheReportBefore() throws Exception {
    FakeTrainer trainer = new FakeTrainer(20, 1).withValidationLosses(1.5);
    run(trainer, config(80, 80), RunKind.TRAIN, TrainingProgress.START, VALIDATION);
    HistoryRow first = reports.get(0).row();
    assertThat(first.step()).isEqualTo(50);
    assertThat(first.epoch()).isEqualTo(2.5);
    assertThat(first.meanLossNats()).isEqualTo(24.5);
    assertThat(first.learningRate()).isEqualTo(0.25f); // of the third epoch
    assertThat(first.gradientNorm()).isEqualTo(490);
    assertThat(first.tokensPerSecond()).isPositive();
    assertThat(first.validationNats()).isNull();
    HistoryRow second = reports.get(1).row();
    assertThat(second.step()).isEqualTo(80);
    assertThat(second.epoch()).isEqualTo(4);
    assertThat(second.meanLossNats()).isEqualTo(64.5);
    assertThat(second.learningRate()).isEqualTo(0.125f); // of the fourth epoch, its last step
    assertThat(second.gradientNorm()).isEqualTo(790);
    assertThat(second.validationNats()).isEqualTo(1.5);
  }

  @ParameterizedTest
  @CsvSource({"0, '0-5,5-10,10-12'", "5, '5-10,10-12'", "7, '7-10,10-12'"})
  void stepsTakenTogetherAreCountedFromTheFirstStepOfTheTraining(long from, String trained)
      throws Exception {
    FakeTrainer trainer = new FakeTrainer(100, 5);
    TrainingProgress progress = new TrainingProgress(from, 0, null, 0);
    run(trainer, config(12, 4), RunKind.TRAIN, progress, Optional.empty());
    assertThat(String.join(",", trainer.trained())).isEqualTo(trained);
  }

  /** A group that passes several steps that are due is reported and saved once, at its end. */
  @Test
  void groupOfStepsIsSavedWhenItPassesAStepThatIsDue() throws Exception {
    run(new FakeTrainer(1000, 30), config(130, 70));
    assertThat(reportedSteps()).containsExactly(60L, 90L, 120L, 130L);
    assertThat(saved).containsExactly(90L, 130L);
  }

  /** Requests a stop at a step. */
  private static TrainingListener stopAt(StopSignal stop, LongPredicate isLast) {
    return new TrainingListener() {
      @Override
      public void onStep(long step, ReportInterval interval) {
        if (isLast.test(step)) {
          new Thread(stop::stopAndWait).start();
          while (!stop.requested()) {
            Thread.onSpinWait();
          }
        }
      }
    };
  }

  @Test
  void stoppedTrainingIsReportedAndSavedWithoutValidation() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0);
    Ending ending;
    try (StopSignal stop = new StopSignal()) {
      ending =
          new TrainingLoop(
                  trainer,
                  config(100, 5),
                  RunKind.TRAIN,
                  TrainingProgress.START,
                  VALIDATION,
                  List.of(new Reports(), stopAt(stop, step -> step == 7), new Recorder("A")))
              .run(stop);
    }
    assertThat(ending).isEqualTo(Ending.STOPPED);
    assertThat(saved).containsExactly(5L, 7L);
    assertThat(reports.get(1).row().validationNats()).isNull();
    assertThat(reports.get(1).row().meanLossNats()).isEqualTo(5.5); // of steps 5 and 6
    assertThat(reports.get(1).progress()).isEqualTo(new TrainingProgress(7, 5, 2f, 0));
    assertThat(events).endsWith("A step 7", "A report 7", "A save 7", "A end");
  }

  private Ending runUntil(
      FakeTrainer trainer, TrainingProgress progress, StopSignal stop, TrainingListener... more)
      throws DivergedException, IOException {
    List<TrainingListener> listeners = new ArrayList<>(List.of(new Reports(), new Recorder("A")));
    listeners.addAll(List.of(more));
    return new TrainingLoop(trainer, config(10, 5), RunKind.TRAIN, progress, VALIDATION, listeners)
        .run(stop);
  }

  /** The validation of the step is due when the training is resumed. */
  @Test
  void trainingStoppedBeforeAValidationIsSavedWithoutIt() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0);
    try (StopSignal stop = new StopSignal()) {
      assertThat(runUntil(trainer, TrainingProgress.START, stop, stopAt(stop, step -> step == 5)))
          .isEqualTo(Ending.STOPPED);
    }
    assertThat(saved).containsExactly(5L);
    assertThat(reports.get(0).row().validationNats()).isNull();
    assertThat(reports.get(0).progress())
        .isEqualTo(new TrainingProgress(5, 0, null, 0).withValidationDue());
    assertThat(events).endsWith("A step 5", "A report 5", "A save 5", "A end");
  }

  /** Requests a stop when a part of the validation text has been read. */
  private static TrainingListener stopInValidation(StopSignal stop, long tokens) {
    return new TrainingListener() {
      @Override
      public void onValidation(long step, long read, long all) {
        if (read == tokens) {
          stop.request();
        }
      }
    };
  }

  @Test
  void validationIsAbandoned() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0);
    try (StopSignal stop = new StopSignal()) {
      assertThat(runUntil(trainer, TrainingProgress.START, stop, stopInValidation(stop, 1)))
          .isEqualTo(Ending.STOPPED);
    }
    assertThat(reports.get(0).progress())
        .isEqualTo(new TrainingProgress(5, 0, null, 0).withValidationDue());
    assertThat(events)
        .endsWith("A step 5", "A validation 5: 1 of 2", "A report 5", "A save 5", "A end");
  }

  @Test
  void validationThatIsCompleteWhenTrainingIsStoppedCounts() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0);
    try (StopSignal stop = new StopSignal()) {
      assertThat(runUntil(trainer, TrainingProgress.START, stop, stopInValidation(stop, 2)))
          .isEqualTo(Ending.STOPPED);
    }
    assertThat(saved).containsExactly(5L);
    assertThat(reports.get(0).progress()).isEqualTo(new TrainingProgress(5, 5, 2f, 0));
  }

  @Test
  void abandonedValidationIsMadeUpForBeforeTheFirstStep() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(1.0, 2.0);
    List<String> late = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onLateValidation(TrainingProgress progress, double nats) {
            late.add(nats + " " + progress);
          }
        };
    try (StopSignal stop = new StopSignal()) {
      TrainingProgress progress = new TrainingProgress(5, 0, null, 0).withValidationDue();
      assertThat(runUntil(trainer, progress, stop, listener)).isEqualTo(Ending.DONE);
    }
    assertThat(late).containsExactly("1.0 " + new TrainingProgress(5, 5, 1f, 0));
    assertThat(events)
        .startsWith(
            "A start 5",
            "A validation 5: 1 of 2",
            "A validation 5: 2 of 2",
            "A ending",
            "A step 6");
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).progress()).isEqualTo(new TrainingProgress(10, 5, 1f, 1));
  }

  /** The training without a stop would have ended after that validation. */
  @Test
  void lateValidationCanEndTheTraining() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(3.0);
    try (StopSignal stop = new StopSignal()) {
      TrainingProgress progress = new TrainingProgress(5, 3, 1f, 1).withValidationDue();
      assertThat(runUntil(trainer, progress, stop, new EarlyStopping(2)))
          .isEqualTo(Ending.NO_IMPROVEMENT);
    }
    assertThat(trainer.trained()).isEmpty();
  }

  @Test
  void lateValidationCanBeAbandonedAgain() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(3.0);
    try (StopSignal stop = new StopSignal()) {
      TrainingProgress progress = new TrainingProgress(5, 0, null, 0).withValidationDue();
      assertThat(runUntil(trainer, progress, stop, stopInValidation(stop, 1)))
          .isEqualTo(Ending.STOPPED);
    }
    assertThat(trainer.trained()).isEmpty();
    assertThat(saved).isEmpty();
  }

  @Test
  void progressHasTheBestValidation() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0, 3.0, 1.0, 1.0, 1.5);
    run(trainer, config(45, 10), RunKind.TRAIN, TrainingProgress.START, VALIDATION);
    assertThat(reports.stream().map(Report::progress))
        .containsExactly(
            new TrainingProgress(10, 10, 2f, 0),
            new TrainingProgress(20, 10, 2f, 1),
            new TrainingProgress(30, 30, 1f, 0),
            new TrainingProgress(40, 30, 1f, 1), // an equal loss is no improvement
            new TrainingProgress(45, 30, 1f, 2));
  }

  @Test
  void progressWithoutValidationHasNoBest() throws Exception {
    run(new FakeTrainer(10, 1), config(20, 10));
    assertThat(reports.stream().map(Report::progress))
        .containsExactly(
            new TrainingProgress(10, 0, null, 0), new TrainingProgress(20, 0, null, 0));
  }

  @Test
  void resumedTrainingContinuesProgress() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(1.5, 0.5);
    TrainingProgress progress = new TrainingProgress(25, 20, 1f, 3);
    run(trainer, config(40, 10), RunKind.TRAIN, progress, VALIDATION, new Recorder("A"));
    assertThat(events).startsWith("A start 25", "A step 26");
    assertThat(saved).containsExactly(30L, 40L);
    assertThat(reports.stream().map(Report::progress))
        .containsExactly(
            new TrainingProgress(30, 20, 1f, 4), new TrainingProgress(40, 40, 0.5f, 0));
    assertThat(reports.get(0).row().meanLossNats()).isEqualTo(27); // of steps 25 to 29
    assertThat(trainer.trained()).startsWith("25-26");
  }

  @ParameterizedTest
  @CsvSource({"0", "20"})
  void trainingWithAllStepsDoneOnlyStartsAndEnds(long done) throws Exception {
    TrainingProgress progress = new TrainingProgress(done, 0, null, 0);
    Ending ending =
        run(
            new FakeTrainer(10, 1),
            config(done, 10),
            RunKind.TRAIN,
            progress,
            Optional.empty(),
            new Recorder("A"));
    assertThat(ending).isEqualTo(Ending.DONE);
    assertThat(events).containsExactly("A start " + done, "A end");
  }

  @Test
  void earlyStoppingEndsTrainingAfterValidationsWithoutImprovement() throws Exception {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(2.0, 3.0, 1.0, 1.5, 1.2, 0.1);
    Ending ending =
        run(
            trainer,
            config(100, 10),
            RunKind.TRAIN,
            TrainingProgress.START,
            VALIDATION,
            new EarlyStopping(2),
            new Recorder("A"));
    assertThat(ending).isEqualTo(Ending.NO_IMPROVEMENT);
    assertThat(saved).containsExactly(10L, 20L, 30L, 40L, 50L);
    assertThat(events).endsWith("A report 50", "A save 50", "A end");
  }

  @Test
  void firstListenerThatEndsTheTrainingDecidesWhy() throws Exception {
    TrainingListener stopped =
        new TrainingListener() {
          @Override
          public Optional<Ending> ending() {
            return Optional.of(Ending.STOPPED);
          }
        };
    TrainingListener noImprovement =
        new TrainingListener() {
          @Override
          public Optional<Ending> ending() {
            return Optional.of(Ending.NO_IMPROVEMENT);
          }
        };
    assertThat(run(new FakeTrainer(10, 1), config(100, 10), noImprovement, stopped))
        .isEqualTo(Ending.NO_IMPROVEMENT);
  }

  /** So neither is a diverged training saved, nor is its end reported as a success. */
  @Test
  void listenerThatThrowsPreventsLaterEvents() {
    TrainingListener diverges =
        new TrainingListener() {
          @Override
          public void onReport(Report report) throws DivergedException {
            throw new DivergedException("loss", report.step(), 99);
          }
        };
    assertThatThrownBy(() -> run(new FakeTrainer(10, 1), config(5, 1), diverges, new Recorder("A")))
        .isInstanceOf(DivergedException.class)
        .hasMessage("the loss at step 1 is 99.0; try a smaller learning rate");
    assertThat(events).containsExactly("A start 0", "A step 1");
    assertThat(saved).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "1e39"}) // the last one is too large for a float
  void validationLossThatIsNotFiniteEndsTraining(double nats) {
    FakeTrainer trainer = new FakeTrainer(10, 1).withValidationLosses(nats);
    assertThatThrownBy(
            () -> run(trainer, config(20, 10), RunKind.TRAIN, TrainingProgress.START, VALIDATION))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("the validation loss at step 10 is (NaN|Infinity); .*");
    assertThat(reports).isEmpty();
    assertThat(saved).isEmpty();
  }
}
