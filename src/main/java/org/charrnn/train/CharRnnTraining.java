package org.charrnn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.store.EventFile;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;

/**
 * Truncated backpropagation through time over contiguous streams of text: the state is carried from
 * batch to batch and starts anew with each epoch.
 *
 * <p>All that decides a step is in a checkpoint or derived from the step's number, so a training
 * that goes on from a checkpoint takes the same steps, bit for bit, as one that was never stopped.
 */
public final class CharRnnTraining {
  private static final int STEPS_PER_REPORT = 50;

  /** No training comes back from a loss that is so many times a blind guess's. */
  private static final int DIVERGED = 100;

  private final Trainer trainer;
  private final TrainingConfig config;
  private final RunDirectory run;
  private final StreamBatcher training;
  private final Optional<TokenRange> validation;
  private final TrainingReport report;
  private final List<HistoryRow> history = new ArrayList<>();

  private TrainingProgress progress = TrainingProgress.START;

  /** Why a training ended. */
  public enum Ending {
    /** All its steps are done. */
    DONE,
    /** Somebody wanted it to. */
    STOPPED,
    /** Validation has not become better for long enough. */
    NO_BETTER
  }

  /**
   * Makes a training that starts with the trainer's weights as they are.
   *
   * @param training what the trainer learns
   * @param validation nothing to validate with if empty
   */
  public CharRnnTraining(
      Trainer trainer,
      TrainingConfig config,
      RunDirectory run,
      StreamBatcher training,
      Optional<TokenRange> validation,
      TrainingReport report) {
    this.trainer = trainer;
    this.config = config;
    this.run = run;
    this.training = training;
    this.validation = validation;
    this.report = report;
  }

  /** Goes on from a checkpoint of the run instead. */
  public void resume(Path checkpoint) throws IOException {
    progress = RunCheckpoints.progress(checkpoint);
    trainer.setVariables(RunCheckpoints.read(checkpoint, trainer.variableNames()));
    run.readHistory().stream().filter(row -> row.step() <= progress.step()).forEach(history::add);
  }

  /**
   * Trains to the end.
   *
   * @param stop ends it after a step; what was done is saved
   * @throws DivergedException if a loss or a gradient is infinite or not a number, or the loss a
   *     hundred times a blind guess's; the checkpoints stay
   * @throws IOException if a checkpoint or an event cannot be written; the checkpoints stay
   */
  public Ending run(StopSignal stop) throws DivergedException, IOException {
    try (EventFile file = run.newEventFile()) {
      return steps(stop, new TrainingEvents(file, run.vocabulary().level()));
    }
  }

  private Ending steps(StopSignal stop, TrainingEvents events)
      throws DivergedException, IOException {
    if (progress.equals(TrainingProgress.START)) {
      events.goOnAt(0);
      events.weights(0, trainer.weights());
      checkpoint(); // to go on from, should the training be killed before the next
    } else {
      events.goOnAt(progress.step() + 1);
    }
    Window window = newWindow();
    long done = progress.step();
    while (done < config.steps()) {
      long before = done;
      done = endOfStepsTogether(before);
      trainer.train(before, done);
      window.addSteps(done - before);

      boolean stopped = stop.requested();
      boolean due = done == config.steps() || isPassed(config.saveEvery(), before, done);
      boolean save = due || stopped;
      report.step(done, window);
      Float validationNats = due ? validate(done) : null; // whoever stops it does not wait for this
      if (validationNats != null && !Float.isFinite(validationNats)) {
        throw new DivergedException("validation loss", done, validationNats);
      }
      if (save || isPassed(STEPS_PER_REPORT, before, done)) {
        float rate = config.learningRate((done - 1) / training.batches());
        HistoryRow row = window.historyRow(done, epochs(done), rate, validationNats);
        if (row.meanLossNats() > DIVERGED * Math.log(run.vocabulary().size())) {
          throw new DivergedException("loss", done - 1, (float) row.meanLossNats());
        }
        history.add(row);
        report.line(row, save);
        events.line(row);
        if (save) {
          show(done, events);
          save(done, validationNats);
        }
        window = newWindow();
      }
      if (stopped) {
        return Ending.STOPPED;
      }
      if (config.patience() > 0 && progress.validationsSinceBest() >= config.patience()) {
        return Ending.NO_BETTER;
      }
    }
    return Ending.DONE;
  }

  /** Counted from the first step of all, so that it does not matter where a training went on. */
  private long endOfStepsTogether(long step) {
    int together = trainer.stepsTogether();
    return Math.min(config.steps(), (step / together + 1) * together);
  }

  private static boolean isPassed(long every, long before, long done) {
    return before / every < done / every;
  }

  private Window newWindow() {
    trainer.startCounting();
    return new Window(trainer::seen, training.batchLength());
  }

  private double epochs(long steps) {
    return (double) steps / training.batches();
  }

  /** The mean loss over the validation text, or null without one. */
  private Float validate(long step) {
    if (validation.isEmpty()) {
      return null;
    }
    TokenRange text = validation.get();
    return (float)
        trainer.meanLossNats(text, read -> report.validating(step, read, text.size() - 1));
  }

  /** Shows what the weights are and what they have learned. */
  private void show(long step, TrainingEvents events) throws DivergedException, IOException {
    List<VariableValue> weights = trainer.weights();
    events.weights(step, weights);
    if (config.sampleLength() > 0) {
      String sample =
          TrainingSample.write(
              run.config().model(),
              weights,
              run.vocabulary(),
              config.sampleLength(),
              config.seed(),
              step);
      report.sample(sample);
      events.sample(step, sample);
    }
  }

  private void save(long step, Float validationNats) throws IOException {
    boolean better =
        validationNats != null
            && (progress.bestValidationNats() == null
                || validationNats < progress.bestValidationNats());
    progress =
        better
            ? new TrainingProgress(step, step, validationNats, 0)
            : new TrainingProgress(
                step,
                progress.bestStep(),
                progress.bestValidationNats(),
                progress.validationsSinceBest() + (validationNats == null ? 0 : 1));
    run.writeHistory(history);
    checkpoint();
  }

  private void checkpoint() throws IOException {
    run.checkpoints().write(progress, trainer.variables());
  }

  /** The steps since the last line of the history. */
  static final class Window {
    private final Supplier<Seen> seen;
    private final int tokensPerStep;
    private final long start = System.nanoTime();
    private long end = start; // of the last step: validating and saving do not count
    private long steps;

    /**
     * Begins without a step.
     *
     * @param seen tells what the steps saw, when asked
     */
    Window(Supplier<Seen> seen, int tokensPerStep) {
      this.seen = seen;
      this.tokensPerStep = tokensPerStep;
    }

    void addSteps(long count) {
      end = System.nanoTime();
      steps += count;
    }

    double meanLossNats() {
      return seen.get().lossSumNats() / steps;
    }

    double tokensPerSecond() {
      return (double) tokensPerStep * steps / ((end - start) / 1e9);
    }

    HistoryRow historyRow(long step, double epochs, float learningRate, Float validationNats) {
      Seen now = seen.get();
      return new HistoryRow(
          step,
          epochs,
          now.lossSumNats() / steps,
          learningRate,
          (double) now.gradientNorm(),
          tokensPerSecond(),
          validationNats == null ? null : validationNats.doubleValue());
    }
  }
}
