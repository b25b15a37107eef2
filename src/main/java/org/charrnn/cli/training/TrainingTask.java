package org.charrnn.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.cli.options.RunOptions;
import org.charrnn.engine.Engine;
import org.charrnn.model.ExtendedWeights;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.TrainingVariables;
import org.charrnn.settings.RunKind;
import org.charrnn.store.EventFile;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.RunLock;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.DivergedException;
import org.charrnn.train.Ending;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StopSignal;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingLoop;

/** Runs a training, new or resumed, in its run directory. */
public final class TrainingTask {
  private final RunOptions options;
  private final DoubleFunction<Engine> engine;
  private final SessionSettings session;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param engine starts the engine that computes slices, given the memory that a slice needs
   * @param session printed with {@code --verbose}
   * @param out receives a dry run
   * @param err receives messages
   */
  public TrainingTask(
      RunOptions options,
      DoubleFunction<Engine> engine,
      SessionSettings session,
      PrintWriter out,
      PrintWriter err) {
    this.options = options;
    this.engine = engine;
    this.session = session;
    this.out = out;
    this.err = err;
  }

  /** Starts a new run; an earlier run in the directory is moved. */
  public void start(TrainingPlan plan, Path directory) throws IOException, DivergedException {
    TrainingStart start = start(plan.config());
    if (options.isDryRun()) {
      DryRun.print(out, plan);
      return;
    }
    requireMemory(plan);
    try (Engine started = startEngine(plan);
        Trainer trainer = open(plan, started, start);
        RunLock lock = RunLock.acquire(directory)) {
      RunDirectory run = RunDirectory.create(lock.run(), plan.config(), plan.vocabulary());
      run.earlierRun()
          .ifPresent(moved -> err.println("charrnn: moved the earlier run to " + moved));
      train(plan, trainer, run, TrainingProgress.START);
    }
  }

  private TrainingStart start(RunConfig config) {
    Path initFrom = options.initFrom();
    if (initFrom == null) {
      return TrainingStart.RANDOM;
    }
    List<VariableValue> weights =
        TrainedModel.isModel(initFrom) && config.kind() == RunKind.TRAIN
            ? ExtendedWeights.of(
                config.model(), TrainedModel.open(initFrom).weights(), config.training().seed())
            : InitialWeights.read(initFrom, config.model().weightShapes());
    return TrainingStart.weights(weights);
  }

  /**
   * Resumes a run.
   *
   * @param kind required kind of the run
   * @param planner plans the continuation
   */
  public void resume(RunKind kind, Function<RunDirectory, TrainingPlan> planner)
      throws IOException, DivergedException {
    boolean isCheckpoint = RunCheckpoints.isCheckpoint(options.resume());
    Path path = isCheckpoint ? RunCheckpoints.runOf(options.resume()) : options.resume();
    requireKind(RunDirectory.open(path).config(), kind);
    if (options.isDryRun()) {
      RunDirectory run = RunDirectory.open(path);
      TrainingPlan plan = planner.apply(run);
      requireSteps(plan, isCheckpoint ? options.resume() : run.checkpoints().latest());
      DryRun.print(out, plan);
      return;
    }
    try (RunLock lock = RunLock.acquire(path)) {
      RunDirectory run = RunDirectory.open(lock.run());
      run.recover();
      resume(planner.apply(run), run, isCheckpoint ? options.resume() : run.checkpoints().latest());
    }
  }

  private void requireKind(RunConfig config, RunKind kind) {
    if (config.kind() != kind) {
      throw new InputException(
          "%s is a run of charrnn %s; resume it with charrnn %s --resume"
              .formatted(options.resume(), config.kind(), config.kind()));
    }
  }

  private void resume(TrainingPlan plan, RunDirectory saved, Path checkpoint)
      throws IOException, DivergedException {
    TrainingProgress progress = requireSteps(plan, checkpoint);
    RunDirectory run =
        plan.config().equals(saved.config()) ? saved : saved.withConfig(plan.config());
    requireMemory(plan);
    warnOfLostHistory(run, progress);
    boolean carriesState = plan.config().kind() == RunKind.TRAIN;
    List<String> names = TrainingVariables.names(plan.config().model(), carriesState);
    TrainingStart start = TrainingStart.checkpoint(RunCheckpoints.read(checkpoint, names));
    try (Engine started = startEngine(plan);
        Trainer trainer = open(plan, started, start)) {
      train(plan, trainer, run, progress);
    }
  }

  /** Returns the progress of a checkpoint, which must not be beyond the planned steps. */
  private static TrainingProgress requireSteps(TrainingPlan plan, Path checkpoint) {
    TrainingProgress progress = RunCheckpoints.progress(checkpoint);
    long steps = plan.config().training().steps();
    if (steps < progress.step()) {
      throw new InputException(
          "%s has already done %d steps; use more --steps%s, got %d steps"
              .formatted(
                  checkpoint,
                  progress.step(),
                  plan.config().kind() == RunKind.TRAIN ? " or --epochs" : "",
                  steps));
    }
    return progress;
  }

  /** The weights do not depend on the history, so the training continues without it. */
  private void warnOfLostHistory(RunDirectory run, TrainingProgress progress) throws IOException {
    long step = progress.step();
    if (step > 0 && run.readHistory().stream().noneMatch(row -> row.stepsDone() == step)) {
      err.println(
          "charrnn: %s lacks the rows before step %d; it continues from there"
              .formatted(run.history(), step));
    }
  }

  private static void requireMemory(TrainingPlan plan) {
    RunConfig config = plan.config();
    MemoryCheck.requireTraining(
        config.kind(), config.model(), plan.computedShape(), config.kernel());
  }

  private Engine startEngine(TrainingPlan plan) {
    RunConfig config = plan.config();
    return engine.apply(
        MemoryEstimate.sliceBytes(
            config.model(), plan.computedShape(), config.kernel(), config.slicing().localSteps()));
  }

  private Trainer open(TrainingPlan plan, Engine started, TrainingStart start) {
    options.verbose().print(err, session, "kernel " + plan.config().kernel());
    return plan.open(started, start);
  }

  private void train(
      TrainingPlan plan, Trainer trainer, RunDirectory run, TrainingProgress progress)
      throws IOException, DivergedException {
    RunConfig config = plan.config();
    plan.description().forEach(line -> err.println("charrnn: " + line));
    try (StopSignal stop = new StopSignal()) {
      Ending ending;
      String task = config.kind() == RunKind.LAB ? "train" : "";
      try (ProgressBar bar = ProgressBar.start(task, progress.step(), config.training().steps());
          EventFile events = run.newEventFile()) {
        TrainingLoop loop =
            new TrainingLoop(
                trainer,
                config.training(),
                config.kind(),
                progress,
                plan.validation(),
                plan.listeners(trainer, run, events, bar));
        ending = loop.run(stop);
      }
      Path best = run.checkpoints().best();
      List<String> weights = List.copyOf(config.model().weightShapes().keySet());
      run.writeSavedModel(RunCheckpoints.read(best, weights));
      BestCheckpoint.farBehind(
              run.readHistory(), RunCheckpoints.progress(best).step(), best.getParent())
          .ifPresent(line -> err.println("charrnn: " + line));
      err.println("charrnn: " + endMessage(config.kind(), ending, run, best));
    }
  }

  private static String endMessage(RunKind kind, Ending ending, RunDirectory run, Path best) {
    if (kind == RunKind.LAB) {
      return "%s %d steps, saved %s"
          .formatted(
              ending == Ending.STOPPED ? "stopped after" : "trained",
              RunCheckpoints.progress(best).step(),
              run.savedModel());
    }
    return "%s, saved %s of %s"
        .formatted(
            switch (ending) {
              case DONE -> "done";
              case STOPPED -> "stopped";
              case NO_IMPROVEMENT -> "the validation loss stopped improving";
            },
            run.savedModel(),
            best.getFileName());
  }
}
