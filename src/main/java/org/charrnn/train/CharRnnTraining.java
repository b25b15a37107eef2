package org.charrnn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.CarriedState;
import org.charrnn.model.EvaluationModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.store.EventFile;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.StreamBatcher;
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

  private final TrainingModel model;
  private final TrainingConfig config;
  private final RunDirectory run;
  private final StreamBatcher training;
  private final Optional<StreamBatcher> validation;
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
   * Makes a training that starts with the model as it is.
   *
   * @param validation nothing to validate with if empty
   */
  public CharRnnTraining(
      TrainingModel model,
      TrainingConfig config,
      RunDirectory run,
      StreamBatcher training,
      Optional<StreamBatcher> validation,
      TrainingReport report) {
    this.model = model;
    this.config = config;
    this.run = run;
    this.training = training;
    this.validation = validation;
    this.report = report;
  }

  /** Goes on from a checkpoint of the run instead. */
  public void resume(Path checkpoint) throws IOException {
    progress = RunCheckpoints.progress(checkpoint);
    model.setVariables(RunCheckpoints.read(checkpoint, model.variableNames()));
    run.readHistory().stream().filter(row -> row.step() <= progress.step()).forEach(history::add);
  }

  /**
   * Trains to the end.
   *
   * @param stop ends it after a step; what was done is saved
   * @throws DivergedException if a loss or a gradient is infinite or not a number; the checkpoints
   *     stay
   * @throws IOException if a checkpoint or an event cannot be written; the checkpoints stay
   */
  public Ending run(StopSignal stop) throws DivergedException, IOException {
    try (EventFile file = run.newEventFile();
        BatchFeed batches = new BatchFeed(model, training, progress.step())) {
      return steps(batches, stop, new TrainingEvents(file, run.vocabulary().level()));
    }
  }

  private Ending steps(BatchFeed batches, StopSignal stop, TrainingEvents events)
      throws DivergedException, IOException {
    if (progress.equals(TrainingProgress.START)) {
      events.goOnAt(0);
      events.weights(0, model.weights());
      checkpoint(); // to go on from, should the training be killed before the next
    } else {
      events.goOnAt(progress.step() + 1);
    }
    Window window = newWindow();
    for (long step = progress.step(); step < config.steps(); step++) {
      if (step % training.batches() == 0) {
        model.startStreams();
      }
      float rate = config.learningRate(step / training.batches());
      try {
        model.train(batches.next(), rate, step);
      } catch (NotFiniteException e) {
        throw new DivergedException(e.what(), step, e.value());
      }
      window.addStep();

      long done = step + 1;
      boolean stopped = stop.requested();
      boolean due = done == config.steps() || done % config.saveEvery() == 0;
      boolean save = due || stopped;
      report.step(done, window);
      Float validationNats = due ? validate() : null; // whoever stops it does not wait for this
      if (validationNats != null && !Float.isFinite(validationNats)) {
        throw new DivergedException("validation loss", done, validationNats);
      }
      if (save || done % STEPS_PER_REPORT == 0) {
        HistoryRow row = window.historyRow(done, epochs(done), rate, validationNats);
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

  private Window newWindow() {
    model.startCounting();
    return new Window(model::seen, training.batchLength());
  }

  private double epochs(long steps) {
    return (double) steps / training.batches();
  }

  /** The mean loss over the validation text, or null without one. */
  private Float validate() {
    if (validation.isEmpty()) {
      return null;
    }
    long batches = validation.get().batches();
    double sum = 0;
    CarriedState state = model.zeroState();
    try (BatchFeed feed = new BatchFeed(model, validation.get(), 0)) {
      for (long batch = 0; batch < batches; batch++) {
        EvaluationModel.Window window = model.evaluate(feed.next(), state);
        state.close();
        state = window.state();
        sum += window.meanLossNats();
      }
    } finally {
      state.close();
    }
    return (float) (sum / batches);
  }

  /** Shows what the weights are and what they have learned. */
  private void show(long step, TrainingEvents events) throws DivergedException, IOException {
    List<VariableValue> weights = model.weights();
    events.weights(step, weights);
    if (config.sampleLength() > 0) {
      String sample =
          TrainingSample.write(
              model.config(),
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
    run.checkpoints().write(progress, model.variables());
  }

  /** The steps since the last line of the history. */
  static final class Window {
    private final Supplier<TrainingModel.Seen> seen;
    private final int tokensPerStep;
    private final long start = System.nanoTime();
    private long end = start; // of the last step: validating and saving do not count
    private int steps;

    /**
     * Begins without a step.
     *
     * @param seen tells what the steps saw, when asked
     */
    Window(Supplier<TrainingModel.Seen> seen, int tokensPerStep) {
      this.seen = seen;
      this.tokensPerStep = tokensPerStep;
    }

    void addStep() {
      end = System.nanoTime();
      steps++;
    }

    double meanLossNats() {
      return seen.get().lossSumNats() / steps;
    }

    double tokensPerSecond() {
      return (double) tokensPerStep * steps / ((end - start) / 1e9);
    }

    HistoryRow historyRow(long step, double epochs, float learningRate, Float validationNats) {
      TrainingModel.Seen now = seen.get();
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
