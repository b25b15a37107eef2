package org.charrnn.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.charrnn.InputException;
import org.charrnn.cli.minutes.TimeBudget;
import org.charrnn.cli.options.EngineOptions;
import org.charrnn.cli.options.FileOptions;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.RunOptions;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.options.VerboseOption;
import org.charrnn.cli.training.StreamPlan;
import org.charrnn.cli.training.StreamPlanner;
import org.charrnn.cli.training.StreamResumer;
import org.charrnn.cli.training.TrainingTask;
import org.charrnn.cli.training.UnusedSettings;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Epochs;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a character or word model on any text. */
@Command(
    name = "train",
    description = {
      "Trains a character or word model on any text and saves a SavedModel that Python opens."
          + " Without --data it is the same as charrnn lab.",
      "Ctrl-C stops after the current step and saves; pressed again, it ends the program at once."
    },
    abbreviateSynopsis = true,
    sortOptions = false,
    modelTransformer = SettingsCommand.Transformer.class)
final class TrainCommand implements Callable<Integer>, SettingsCommand {
  private static final SettingOptions SETTINGS =
      SettingOptions.of(RunKind.TRAIN)
          .with("Text", VocabularySettings.class, TextFormat.class, TextNormalization.class)
          .with("Network", ModelConfig.class)
          .with(
              "Training",
              BatchShape.class,
              TrainingConfig.class,
              Epochs.class,
              LearningRateSchedule.class,
              Regularization.class)
          .with("Validation and saving", Saving.class)
          .with("Computation", ComputeKernel.class, Slicing.class, SessionSettings.class);

  /** A week. */
  private static final int MAX_MINUTES = 10_080;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Text to train on: files, directories (with all text files in them), patterns, or - for"
              + " standard input. Files can be compressed with gzip.")
  private List<String> data;

  @Mixin private FileOptions files = new FileOptions();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      defaultValue = "runs/char-rnn",
      description =
          "Directory of the run (default: ${DEFAULT-VALUE}). An earlier run in it is moved to"
              + " DIR/previous-N.")
  private Path run;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "Choose the hidden size, dropout, learning rate and number of steps so that the training"
              + " ends after N minutes: from the text and from some seconds of measuring this"
              + " machine. Options that are given stay as they are.")
  private Double minutes;

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private EngineOptions engine = new EngineOptions();
  @Spec private CommandSpec spec;

  @Override
  public SettingOptions settings() {
    return SETTINGS;
  }

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    GivenOptions given = new GivenOptions(spec);
    engine.check();
    if (data == null && options.resume() == null) {
      throw new InputException(
          "--data is missing: the text to train on; charrnn lab trains on the lab's sentence");
    }
    SettingValues values = SETTINGS.given(spec);
    SessionSettings session = VerboseOption.session(values, engine);
    StreamPlan.Machine machine =
        new StreamPlan.Machine(engine.isLocal(), session, spec.commandLine().getErr());
    TrainingTask task =
        new TrainingTask(
            options,
            engine::start,
            session,
            spec.commandLine().getOut(),
            spec.commandLine().getErr());
    boolean isInterrupted;
    if (options.resume() == null) {
      if (options.config() == null) { // the configuration of a run has all of them
        UnusedSettings.reject(values);
        rejectSeparatorOfOneFile(given, data);
      }
      StreamPlanner planner = new StreamPlanner(values, source(), machine, budget(values, start));
      isInterrupted = task.start(planner.create(options.initFrom()), run);
    } else {
      rejectFixed(given);
      StreamResumer resumer = new StreamResumer(values, source(), machine);
      isInterrupted = task.resume(RunKind.TRAIN, resumer::plan);
    }
    return isInterrupted ? ExitCodes.INTERRUPTED : ExitCodes.DONE;
  }

  private Optional<TimeBudget> budget(SettingValues values, long start) {
    if (minutes == null) {
      return Optional.empty();
    }
    if (!(minutes > 0 && minutes <= MAX_MINUTES)) {
      throw new InputException(
          "--minutes must be above 0 and at most %d, got %s".formatted(MAX_MINUTES, minutes));
    }
    for (String setting : List.of("steps", "epochs")) {
      if (values.isGiven(setting)) {
        throw new InputException(
            "--minutes chooses the number of steps; leave out --%s or --minutes"
                .formatted(setting));
      }
    }
    if (!engine.isLocal() || values.isGiven("slices") || values.isGiven("local-steps")) {
      throw new InputException(
          "--minutes measures this machine; it cannot be used with --engine spark or --slices");
    }
    return Optional.of(new TimeBudget(minutes, start));
  }

  private StreamPlanner.Source source() {
    return data == null ? null : new StreamPlanner.Source(data, files.patterns());
  }

  static void rejectSeparatorOfOneFile(GivenOptions given, List<String> files) {
    if (files.size() == 1 && TextInput.isSingle(files.get(0))) {
      given.rejectAny(
          "is inserted between files, but only " + files.get(0) + " is given", "--separator");
    }
  }

  private void rejectFixed(GivenOptions given) {
    RunOptions.rejectFixed(
        given, SETTINGS, "--data", "--include", "--exclude", "--engine", "--master", "--conf");
    if (data == null) {
      given.rejectAny("is for the directories of --data; give that, too", "--include", "--exclude");
    }
  }
}
