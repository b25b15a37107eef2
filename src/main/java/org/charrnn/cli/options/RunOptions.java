package org.charrnn.cli.options;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that train. */
public final class RunOptions {
  @Option(
      names = "--init-from",
      paramLabel = "MODEL",
      description =
          "Start from the weights of a run, a checkpoint or a SavedModel, or of a TensorFlow"
              + " checkpoint with the lab's variable names: the prefix of its files, or a directory"
              + " with just one.")
  private Path initFrom;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Continue a run from its latest checkpoint, or from a given checkpoint, with the run's"
              + " settings.")
  private Path resume;

  @Option(
      names = ConfigFile.OPTION,
      paramLabel = "FILE",
      description =
          "Read settings from a JSON file, such as the config.json of a run; options on the command"
              + " line take precedence.")
  private Path config;

  @Option(
      names = "--dry-run",
      description =
          "Print the resolved settings, the number of parameters and steps and the estimates of"
              + " memory and disk space; train nothing.")
  private boolean dryRun;

  @Mixin private VerboseOption verbose = new VerboseOption();

  /**
   * Rejects options that {@code --resume} cannot change.
   *
   * @param settings of the command
   * @param others options that can be used with {@code --resume}, besides those of this class
   */
  public static void rejectFixed(GivenOptions given, SettingOptions settings, String... others) {
    given.rejectAny(
        "cannot be used with --resume, which takes the settings from the run", ConfigFile.OPTION);
    Set<String> allowed = new HashSet<>(Set.of("--resume", "--dry-run", "--verbose"));
    allowed.addAll(List.of(others));
    settings.resumable().forEach(setting -> allowed.add("--" + setting));
    given.rejectAllBut(
        allowed,
        "cannot be changed by --resume, which takes it from the run; start a new run from its"
            + " weights with --init-from");
  }

  /** The model or checkpoint with the initial weights, or null. */
  public Path initFrom() {
    return initFrom;
  }

  /** The run or checkpoint to continue, or null. */
  public Path resume() {
    return resume;
  }

  /** The file with settings, or null. */
  public Path config() {
    return config;
  }

  /** Whether to print the settings only. */
  public boolean isDryRun() {
    return dryRun;
  }

  /** The option {@code --verbose}. */
  public VerboseOption verbose() {
    return verbose;
  }
}
