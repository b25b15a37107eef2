package org.charrnn.cli.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.engine.Engine;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.TrainingVariables;
import org.charrnn.settings.RunKind;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.TokenRanges;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.Trainer;

/** The checkpoint that a training resumes from, with the changes that its new settings require. */
final class ResumePoint {
  private final TrainingPlan plan;
  private final RunDirectory run;
  private final Path checkpoint;
  private final TrainingProgress saved;
  private final boolean hasNewSplit;

  /**
   * @param plan of the continuation
   * @param saved progress of the checkpoint
   * @throws InputException if the checkpoint is beyond the planned steps
   */
  ResumePoint(TrainingPlan plan, RunDirectory run, Path checkpoint, TrainingProgress saved) {
    this.plan = plan;
    this.run = run;
    this.checkpoint = checkpoint;
    this.saved = saved;
    hasNewSplit = ResumedSettings.changesSplit(plan.config(), saved.step());
    requireSteps();
  }

  private void requireSteps() {
    long steps = plan.config().training().steps();
    boolean isChanged = !plan.config().training().equals(run.config().at(saved.step()).training());
    if (steps < saved.step() || (isDone() && isChanged)) {
      throw new InputException(
          "%s has already done %d steps; use more --steps%s, got %d steps"
              .formatted(checkpoint, saved.step(), orEpochs(), steps));
    }
  }

  private String orEpochs() {
    return plan.config().kind() == RunKind.TRAIN ? " or --epochs" : "";
  }

  /** Whether there is nothing to do: no step to take, and no validation to make up for. */
  boolean isDone() {
    return saved.step() == plan.config().training().steps() && !saved.isValidationDue();
  }

  /** Returns a line about what is special about the checkpoint, if anything is. */
  Optional<String> note() {
    if (isDone()) {
      return Optional.of(
          "all %,d steps of the run are done; continue it with more --steps%s"
              .formatted(saved.step(), orEpochs()));
    }
    return isOutOfPatience()
        ? Optional.of(
            "the last %d validations had no better loss; they are counted from zero again"
                .formatted(saved.validationsSinceBest()))
        : Optional.empty();
  }

  private boolean isOutOfPatience() {
    int patience = plan.config().training().saving().patience();
    return !hasNewSplit && patience > 0 && saved.validationsSinceBest() >= patience;
  }

  /** The plan of the continuation. */
  TrainingPlan plan() {
    return plan;
  }

  /** Steps done. */
  long step() {
    return saved.step();
  }

  /** Returns the values of the variables; the carried state is of no use in another text. */
  TrainingStart start() {
    RunConfig config = plan.config();
    boolean carriesState = config.kind() == RunKind.TRAIN && !hasNewSplit;
    var values =
        RunCheckpoints.read(checkpoint, TrainingVariables.names(config.model(), carriesState));
    return hasNewSplit ? TrainingStart.otherText(values) : TrainingStart.checkpoint(values);
  }

  /**
   * Returns the progress from which the training continues. If it validates with another text, the
   * best checkpoint is validated anew, as other losses do not compare.
   */
  TrainingProgress progress(Engine engine) {
    if (isOutOfPatience()) {
      return saved.withBest(saved.bestStep(), saved.bestValidationNats());
    }
    if (!hasNewSplit) {
      return saved;
    }
    Optional<TokenRanges> validation = plan.validation();
    if (validation.isEmpty()) {
      return saved.withBest(0, null);
    }
    Path best = run.checkpoints().at(saved.bestStep());
    boolean hasBest = saved.bestValidationNats() != null && Files.exists(best);
    Path validated = hasBest ? best : checkpoint;
    return saved.withBest(
        hasBest ? saved.bestStep() : saved.step(), nats(engine, validated, validation.get()));
  }

  /** Returns the loss as the training validates; null if it is not a number. */
  private Float nats(Engine engine, Path validated, TokenRanges text) {
    List<String> names = List.copyOf(plan.config().model().weightShapes().keySet());
    TrainingStart weights = TrainingStart.weights(RunCheckpoints.read(validated, names));
    try (Trainer trainer = plan.open(engine, weights);
        ProgressBar bar = ProgressBar.start("validate", text.predictable())) {
      float nats = (float) trainer.meanLossNats(text, read -> bar.step(read, () -> ""));
      return Float.isFinite(nats) ? nats : null;
    }
  }
}
