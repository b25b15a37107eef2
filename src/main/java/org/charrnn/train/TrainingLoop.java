package org.charrnn.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.TokenRanges;

/**
 * The training loop: takes steps, validates, and notifies listeners, which print, record and save.
 *
 * <p>Everything that determines a step is in a checkpoint or follows from the step's number. So a
 * training that resumes from a checkpoint takes the same steps, bit for bit, as one that was never
 * interrupted.
 */
public final class TrainingLoop {
  private static final int STEPS_PER_REPORT = 50;

  private final Trainer trainer;
  private final TrainingConfig config;
  private final RunKind kind;
  private final Optional<TokenRanges> validation;
  private final List<TrainingListener> listeners;
  private TrainingProgress progress;

  /**
   * Creates a loop.
   *
   * @param trainer in the state of {@code progress}
   * @param kind of the run; the lab reports every step
   * @param validation text to validate with, if any
   */
  public TrainingLoop(
      Trainer trainer,
      TrainingConfig config,
      RunKind kind,
      TrainingProgress progress,
      Optional<TokenRanges> validation,
      List<TrainingListener> listeners) {
    this.trainer = trainer;
    this.config = config;
    this.kind = kind;
    this.progress = progress;
    this.validation = validation;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Trains until all steps are done, a listener ends the training, or it is asked to stop.
   *
   * @param stop ends the training after a step, which is saved
   * @throws DivergedException if the training diverged; earlier checkpoints stay
   * @throws IOException if something cannot be written; earlier checkpoints stay
   */
  public Ending run(StopSignal stop) throws DivergedException, IOException {
    for (TrainingListener listener : listeners) {
      listener.onStart(progress);
    }
    Optional<Ending> late = validateLate(stop);
    Ending ending = late.isPresent() ? late.get() : takeSteps(stop);
    listeners.forEach(TrainingListener::onEnd);
    return ending;
  }

  /**
   * Makes up for the validation after the last step, if a stop has abandoned it, so that the
   * training continues as if it had not been stopped.
   *
   * @return why the training ends, if it does
   */
  private Optional<Ending> validateLate(StopSignal stop) throws DivergedException, IOException {
    if (!progress.isValidationDue() || validation.isEmpty()) {
      return Optional.empty();
    }
    Float nats = validate(progress.step(), stop);
    if (nats == null) {
      return Optional.of(Ending.STOPPED);
    }
    progress = progress.next(progress.step(), nats);
    for (TrainingListener listener : listeners) {
      listener.onLateValidation(progress, nats);
    }
    return ending();
  }

  private Ending takeSteps(StopSignal stop) throws DivergedException, IOException {
    ReportInterval interval = newInterval();
    long done = progress.step();
    while (done < config.steps()) {
      long before = done;
      done = Math.min(config.steps(), endOfGroup(before));
      trainer.train(before, done);
      interval.addSteps(done - before);
      for (TrainingListener listener : listeners) {
        listener.onStep(done, interval);
      }
      boolean isStopped = stop.requested();
      boolean isDue = done == config.steps() || isPassed(config.saving().saveEvery(), before, done);
      boolean isSaved = isDue || isStopped;
      if (isSaved || isPassed(stepsPerReport(), before, done)) {
        report(done, interval, isDue, isSaved, stop);
        interval = newInterval();
      }
      boolean ends = isSaved && stop.requested();
      Optional<Ending> ending = ends ? Optional.of(Ending.STOPPED) : ending();
      if (ending.isPresent()) {
        return ending.get();
      }
    }
    return Ending.DONE;
  }

  /** Groups of steps are counted from the first step, wherever a training was resumed. */
  private long endOfGroup(long step) {
    int together = trainer.stepsTogether();
    return (step / together + 1) * together;
  }

  private int stepsPerReport() {
    return kind == RunKind.LAB ? 1 : STEPS_PER_REPORT;
  }

  private static boolean isPassed(long every, long before, long done) {
    return before / every < done / every;
  }

  private ReportInterval newInterval() {
    trainer.resetStatistics();
    return new ReportInterval(trainer::statistics, config.batch().size());
  }

  /**
   * Notifies the listeners.
   *
   * @param isDue whether validation is due; a training that is stopped abandons it
   */
  private void report(
      long step, ReportInterval interval, boolean isDue, boolean save, StopSignal stop)
      throws DivergedException, IOException {
    boolean validates = isDue && validation.isPresent();
    Float validationNats = validates ? validate(step, stop) : null;
    if (save) {
      progress = progress.next(step, validationNats);
      if (validates && validationNats == null) {
        progress = progress.withValidationDue();
      }
    }
    Report report = new Report(step, row(step, interval, validationNats), save, progress);
    for (TrainingListener listener : listeners) {
      listener.onReport(report);
    }
    if (save) {
      for (TrainingListener listener : listeners) {
        listener.onSave(report);
      }
    }
  }

  /** Ends a validation that is not needed any more. */
  private static final class ValidationAbandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Returns the mean loss over the validation text; null if the training was asked to stop. */
  private Float validate(long step, StopSignal stop) throws DivergedException {
    if (stop.requested()) {
      return null;
    }
    TokenRanges text = validation.orElseThrow();
    float nats;
    try {
      nats =
          (float)
              trainer.meanLossNats(
                  text,
                  read -> {
                    listeners.forEach(l -> l.onValidation(step, read, text.predictable()));
                    if (stop.requested() && read < text.predictable()) {
                      throw new ValidationAbandoned();
                    }
                  });
    } catch (ValidationAbandoned e) {
      return null;
    }
    if (!Float.isFinite(nats)) {
      throw new DivergedException("validation loss", step, nats);
    }
    return nats;
  }

  private HistoryRow row(long step, ReportInterval interval, Float validationNats) {
    if (kind == RunKind.LAB) {
      return HistoryRow.ofLab(step - 1, (float) interval.meanLossNats());
    }
    long stepsPerEpoch = trainer.stepsPerEpoch();
    return new HistoryRow(
        step,
        (double) step / stepsPerEpoch,
        interval.meanLossNats(),
        LearningRates.of(config).rate(step - 1, stepsPerEpoch),
        (double) interval.statistics().maxGradientNorm(),
        interval.tokensPerSecond(),
        validationNats == null ? null : validationNats.doubleValue());
  }

  private Optional<Ending> ending() {
    return listeners.stream().map(TrainingListener::ending).flatMap(Optional::stream).findFirst();
  }
}
