package org.charrnn.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.RunOptions;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.options.VerboseOption;
import org.charrnn.cli.training.LabPlan;
import org.charrnn.cli.training.TrainingTask;
import org.charrnn.engine.LocalEngine;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.files.TextFormat;
import org.charrnn.train.listeners.LabListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the lab. */
@Command(
    name = "lab",
    description = {
      "Trains lab 12-4: stacked LSTM cells on every window of one sentence, which is read back at"
          + " the end. Saves a SavedModel that Python opens.",
      "Ctrl-C stops after the current step and saves; pressed again, it ends the program at once."
    },
    abbreviateSynopsis = true,
    sortOptions = false,
    modelTransformer = SettingsCommand.Transformer.class)
final class LabCommand implements Callable<Integer>, SettingsCommand {
  private static final SettingOptions SETTINGS =
      SettingOptions.of(RunKind.LAB)
          .with("Text", TextFormat.class, TextNormalization.class)
          .with("Network", ModelConfig.class)
          .with(
              "Training",
              BatchShape.class,
              LearningRateSchedule.class,
              TrainingConfig.class,
              Saving.class)
          .with("Computation", ComputeKernel.class, SessionSettings.class);

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "Text to train on in place of the lab's sentence, - for standard input; a line end at its"
              + " end is ignored.")
  private Path text;

  @Option(
      names = "--listing",
      paramLabel = "MODE",
      defaultValue = "summary",
      description =
          "What is printed before the sentence: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private LabListing.Mode listing;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      defaultValue = "runs/lab-12-4",
      description =
          "Directory of the run (default: ${DEFAULT-VALUE}). An earlier run in it is moved to"
              + " DIR/previous-N.")
  private Path run;

  @Mixin private RunOptions options = new RunOptions();
  @Spec private CommandSpec spec;

  @Override
  public SettingOptions settings() {
    return SETTINGS;
  }

  @Override
  public Integer call() throws Exception {
    SettingValues given = SETTINGS.given(spec);
    SessionSettings session = VerboseOption.session(given);
    var out = StandardStream.escaped(spec.commandLine().getOut());
    TrainingTask task =
        new TrainingTask(
            options, bytes -> new LocalEngine(), session, out, spec.commandLine().getErr());
    LabPlan.Output output = new LabPlan.Output(out, listing);
    boolean isInterrupted;
    if (options.resume() == null) {
      rejectFormatWithoutText();
      isInterrupted =
          task.start(LabPlan.create(given, text, options.initFrom(), session, output), run);
    } else {
      RunOptions.rejectFixed(new GivenOptions(spec), SETTINGS, "--text", "--listing");
      isInterrupted =
          task.resume(
              RunKind.LAB,
              (saved, step) -> LabPlan.resume(saved, step, given, text, session, output));
    }
    return isInterrupted ? ExitCodes.INTERRUPTED : ExitCodes.DONE;
  }

  /** The configuration of a run has both. */
  private void rejectFormatWithoutText() {
    if (text == null && options.config() == null) {
      new GivenOptions(spec)
          .rejectAny(
              "is for the file of --text; give that, too",
              "--encoding",
              "--malformed",
              "--newlines",
              "--normalize");
    }
  }
}
