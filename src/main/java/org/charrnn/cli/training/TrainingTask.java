package org.charrnn.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.cli.limits.DiskCheck;
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.cli.limits.TrainingSize;
import org.charrnn.cli.options.RunOptions;
import org.charrnn.engine.Engine;
import org.charrnn.model.ExtendedWeights;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.RunKind;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.RunLock;
import org.charrnn.store.TrainedModel;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
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

  /**
   * A training whose text has not been read.
   *
   * @param smallest the least that it can need
   * @param planner reads the text
   */
  public record NewTraining(TrainingSize smallest, Supplier<TrainingPlan> planner) {}

  /**
   * Starts a new run; an earlier run in the directory is moved.
   *
   * @return whether Ctrl-C stopped it
   */
  public boolean start(NewTraining training, Path directory) throws IOException, DivergedException {
    try (CtrlC ctrlC = new CtrlC(err)) {
      if (options.isDryRun()) {
        TrainingPlan plan = training.planner().get();
        start(plan.config()); // throws if the weights do not fit
        DryRun.print(out, plan);
      } else {
        try (RunLock lock = ctrlC.lock(directory)) {
          requireSpace(training.smallest(), lock.run());
          start(training.planner().get(), lock.run(), ctrlC);
        }
      }
      return ctrlC.isPressed();
    }
  }

  private void start(TrainingPlan plan, Path directory, CtrlC ctrlC)
      throws IOException, DivergedException {
    TrainingStart start = start(plan.config());
    requireSpace(TrainingSize.of(plan.config()), directory);
    try (Engine started = startEngine(plan);
        Trainer trainer = open(plan, started, start);
        StopSignal stop = ctrlC.begin()) {
      RunDirectory run = RunDirectory.create(directory, plan.config(), plan.vocabulary());
      ctrlC.savesTo(run.checkpoints());
      run.earlierRun().ifPresent(moved -> report("moved the earlier run to " + moved));
      train(plan, trainer, run, TrainingProgress.START, stop);
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
   * @param planner plans the continuation of a run after a number of steps
   * @return whether Ctrl-C stopped it
   */
  public boolean resume(RunKind kind, BiFunction<RunDirectory, Long, TrainingPlan> planner)
      throws IOException, DivergedException {
    boolean isCheckpoint = RunCheckpoints.isCheckpoint(options.resume());
    Path path = isCheckpoint ? RunCheckpoints.runOf(options.resume()) : options.resume();
    try (CtrlC ctrlC = new CtrlC(err)) {
      requireKind(RunDirectory.open(path).config(), kind);
      if (options.isDryRun()) {
        RunDirectory run = RunDirectory.open(path);
        DryRun.print(out, resumePoint(run, isCheckpoint, planner).plan());
      } else {
        try (RunLock lock = ctrlC.lock(path)) {
          RunDirectory run = RunDirectory.open(lock.run());
          requireSpace(TrainingSize.of(run.config()), lock.run());
          run.recover();
          resume(run, resumePoint(run, isCheckpoint, planner), ctrlC);
        }
      }
      return ctrlC.isPressed();
    }
  }

  private ResumePoint resumePoint(
      RunDirectory run,
      boolean isCheckpoint,
      BiFunction<RunDirectory, Long, TrainingPlan> planner) {
    Path checkpoint = isCheckpoint ? options.resume() : run.checkpoints().latest();
    TrainingProgress progress = RunCheckpoints.progress(checkpoint);
    return new ResumePoint(
        planner.apply(run, progress.step()),
        run,
        checkpoint,
        run.checkpoints().withExistingBest(progress));
  }

  private void requireKind(RunConfig config, RunKind kind) {
    if (config.kind() != kind) {
      throw new InputException(
          "%s is a run of charrnn %s; resume it with charrnn %s --resume"
              .formatted(options.resume(), config.kind(), config.kind()));
    }
  }

  private void resume(RunDirectory saved, ResumePoint point, CtrlC ctrlC)
      throws IOException, DivergedException {
    TrainingPlan plan = point.plan();
    warnOfLostHistory(saved, point.step());
    point.note().ifPresent(this::report);
    if (point.isDone() && plan.config().kind() == RunKind.TRAIN) {
      new TrainingEnd(saved, err).write(Ending.DONE);
      return;
    }
    try (Engine started = startEngine(plan)) {
      TrainingProgress progress = point.progress(started);
      try (Trainer trainer = open(plan, started, point.start());
          StopSignal stop = ctrlC.begin()) {
        ctrlC.savesTo(saved.checkpoints());
        saved
            .rewind(progress)
            .ifPresent(
                archive ->
                    report("moved the steps after %d to %s".formatted(progress.step(), archive)));
        train(plan, trainer, withConfig(saved, plan), progress, stop);
      }
    }
  }

  /** Records changed settings, once nothing is in the way of the training. */
  private static RunDirectory withConfig(RunDirectory saved, TrainingPlan plan) throws IOException {
    return plan.config().equals(saved.config()) ? saved : saved.withConfig(plan.config());
  }

  /** The weights do not depend on the history, so the training continues without it. */
  private void warnOfLostHistory(RunDirectory run, long step) throws IOException {
    if (step > 0 && run.readHistory().stream().noneMatch(row -> row.stepsDone() == step)) {
      report(
          "%s lacks the rows before step %d; it continues from there"
              .formatted(run.history(), step));
    }
  }

  /** Checks the memory of the machine and the disk of the run. */
  private void requireSpace(TrainingSize size, Path run) throws IOException {
    MemoryCheck.requireTraining(size, fixedSizes());
    DiskCheck.require(run, size);
  }

  private MemoryCheck.Fixed fixedSizes() {
    if (options.resume() != null) {
      return MemoryCheck.Fixed.SIZES;
    }
    return options.initFrom() != null && TrainedModel.isModel(options.initFrom())
        ? MemoryCheck.Fixed.NETWORK
        : MemoryCheck.Fixed.NOTHING;
  }

  private Engine startEngine(TrainingPlan plan) {
    RunConfig config = plan.config();
    return engine.apply(
        MemoryEstimate.sliceBytes(
            config.model(),
            TrainingSize.of(config).computed(),
            config.kernel(),
            config.slicing().localSteps()));
  }

  private Trainer open(TrainingPlan plan, Engine started, TrainingStart start) {
    options.verbose().print(err, session, "kernel " + plan.config().kernel());
    return plan.open(started, start);
  }

  private void train(
      TrainingPlan plan,
      Trainer trainer,
      RunDirectory run,
      TrainingProgress progress,
      StopSignal stop)
      throws IOException, DivergedException {
    RunConfig config = plan.config();
    plan.description().forEach(this::report);
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
              plan.listeners(trainer, run, events, bar, stop));
      ending = loop.run(stop);
    }
    new TrainingEnd(run, err).write(ending);
  }

  private void report(String line) {
    err.println("charrnn: " + line);
  }
}
