package org.charrnn.cli.options;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.settings.RunKind;
import org.charrnn.store.RunConfigJson;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The JSON file of {@code --config}. Its keys are the names of options, with dashes or underscores,
 * or the keys of a run's {@code config.json}, in sections or not:
 *
 * <pre>{@code
 * {"hidden": 256, "training": {"learning_rate": 0.001}}
 * }</pre>
 */
public final class ConfigFile {
  static final String OPTION = "--config";

  private final Path file;
  private final JsonNode json;

  private ConfigFile(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads the file of {@code --config}, if one is given.
   *
   * @param arguments of a command that has the option
   * @throws InputException if the file cannot be read or is not a JSON object
   */
  public static Optional<ConfigFile> read(List<String> arguments) {
    return valueOf(arguments, OPTION).map(name -> path(OPTION, name)).map(ConfigFile::parse);
  }

  /** Returns the value that arguments give an option. */
  static Optional<String> valueOf(List<String> arguments, String option) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(option + "=")) {
        return Optional.of(argument.substring(option.length() + 1));
      }
      if (argument.equals(option) && i + 1 < arguments.size()) {
        return Optional.of(arguments.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** Returns the path that is the value of an option. */
  static Path path(String option, String name) {
    if (name.isEmpty()) { // as a path, this would be the working directory
      throw new InputException(option + ": the file name is empty");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new InputException(
          "%s: '%s' is not a file name: %s".formatted(option, name, e.getReason()), e);
    }
  }

  private static ConfigFile parse(Path file) {
    try {
      JsonMapper mapper = // not a constant, which would slow down every start
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .build();
      JsonNode json = mapper.readTree(Files.readAllBytes(file));
      if (!json.isObject()) {
        throw new InputException(file + " is not a JSON object with settings");
      }
      return new ConfigFile(file, json);
    } catch (JacksonException e) {
      throw new InputException(
          "%s is not JSON: line %d: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  /** Whether the file is for a command: a run of that kind, or settings that the command has. */
  public boolean isFor(CommandSpec command) {
    Optional<RunKind> kind = RunConfigJson.kind(json);
    return kind.isPresent()
        ? kind.get().toString().equals(command.name())
        : new ConfigOptions(file, command).canRead(json);
  }

  /**
   * Returns the settings of the file as options of a command, except those that the command line
   * also gives.
   *
   * @param given arguments on the command line
   * @throws InputException if the command does not have a setting, or does not accept its value
   */
  public List<String> options(CommandSpec command, List<String> given) {
    Optional<RunKind> kind = RunConfigJson.kind(json);
    if (json.has("kind") && kind.isEmpty()) {
      throw new InputException(
          "%s: kind must be lab or train, got %s".formatted(file, json.get("kind")));
    }
    if (kind.isPresent() && !kind.get().toString().equals(command.name())) {
      throw new InputException(
          "%s is the configuration of a run by charrnn %s; use it with that command"
              .formatted(file, kind.get()));
    }
    return new ConfigOptions(file, command).read(json, given);
  }
}
