package org.charrnn.cli.options;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.charrnn.InputException;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingDefinition;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that train. */
public final class RunOptions {
  /** The network, its vocabulary, and how it reads any text. */
  private static final String[] OF_WEIGHTS = {
    "--cell",
    "--hidden",
    "--layers",
    "--embedding",
    "--level",
    "--vocabulary-size",
    "--newlines",
    "--normalize"
  };

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
          "Continue a run from its latest checkpoint, or from a given one, with the run's settings, of"
              + " which some can be changed. Before it continues from an older checkpoint, the run is"
              + " archived in previous-N.")
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
   * @throws InputException if one of them was given
   */
  public static void rejectFixed(GivenOptions given, SettingOptions settings, String... others) {
    given.rejectAny(
        "cannot be used with --resume, which takes the settings from the run", ConfigFile.OPTION);
    given.rejectAny(
        "cannot be changed by --resume, nor by --init-from, since the weights depend on it; start a"
            + " new run without either option",
        OF_WEIGHTS);
    Set<String> allowed = new HashSet<>(Set.of("--resume", "--dry-run", "--verbose"));
    allowed.addAll(List.of(others));
    settings.resumable().forEach(setting -> allowed.add("--" + setting));
    given.rejectAllBut(
        allowed,
        "cannot be changed by --resume; a new run with --init-from starts from the weights, but"
            + " without Adam's moments, the position in the text and the history");
    settings.resumable().forEach(setting -> rejectAuto(given, setting));
  }

  private static void rejectAuto(GivenOptions given, String setting) {
    boolean isOfRun =
        SettingDefinition.of(SessionSettings.class).stream()
            .noneMatch(definition -> definition.name().equals(setting));
    if (isOfRun && Setting.AUTO.equalsIgnoreCase(given.value("--" + setting))) {
      throw new InputException(
          "--%s auto is for a new run; leave it out to keep the value of the run"
              .formatted(setting));
    }
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
