package org.charrnn.cli.options;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.charrnn.InputException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Settings in a JSON file. Its keys are the names of options, with dashes or underscores, or the
 * keys of a run's {@code config.json}, in sections or not:
 *
 * <pre>{@code
 * {"hidden": 256, "training": {"learning_rate": 0.001}}
 * }</pre>
 */
public final class ConfigFile {
  private static final String OPTION = "--config";

  /** Keys of {@code config.json} that have another name on the command line. */
  private static final Map<String, String> OPTIONS_BY_KEY =
      Map.of("hidden-size", "hidden", "embedding-size", "embedding");

  /** Options that replace one another. */
  private static final Map<String, String> ALTERNATIVES =
      Map.of("--steps", "--epochs", "--epochs", "--steps");

  /** What {@code config.json} holds besides settings, and where a run came from. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("version", "kind", "classes", "unknown", "files", "tokens", "sha256", "init-from");

  private ConfigFile() {}

  /**
   * Adds the options in the file of {@code --config} to the arguments of a command, except those
   * that are given on the command line.
   *
   * @param command that the arguments are for
   * @throws InputException if the file cannot be read, or has a setting that the command does not
   */
  public static List<String> expand(CommandSpec command, List<String> arguments) {
    Optional<String> file = file(arguments);
    if (file.isEmpty() || command.findOption(OPTION) == null) {
      return arguments;
    }
    List<String> expanded = new ArrayList<>(arguments);
    new Reader(command, Path.of(file.get()), arguments, expanded).read();
    return expanded;
  }

  private static Optional<String> file(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(OPTION + "=")) {
        return Optional.of(argument.substring(OPTION.length() + 1));
      }
      if (argument.equals(OPTION) && i + 1 < arguments.size()) {
        return Optional.of(arguments.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /**
   * Reads a file.
   *
   * @param given arguments on the command line
   * @param options receives the options of the file
   */
  private record Reader(CommandSpec command, Path file, List<String> given, List<String> options) {
    void read() {
      try {
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
        if (!json.isObject()) {
          throw new InputException(file + " is not a JSON object with settings");
        }
        requireKind(json);
        addAll(json, json.has("version"));
      } catch (JacksonException e) {
        throw new InputException(
            "%s is not JSON: line %d: %s"
                .formatted(
                    file,
                    e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    e.getOriginalMessage().lines().findFirst().orElse("")),
            e);
      } catch (IOException e) {
        throw new InputException(
            Files.exists(file)
                ? "cannot read %s: %s".formatted(file, e.getMessage())
                : "there is no file " + file,
            e);
      }
    }

    /** The configuration of a run is for the command that made it. */
    private void requireKind(JsonNode json) {
      String kind = json.path("kind").asText(command.name());
      if (!kind.equals(command.name())) {
        throw new InputException(
            "%s is the configuration of a run by charrnn %s".formatted(file, kind));
      }
    }

    /**
     * Adds the options of an object.
     *
     * @param isRun whether the file is the configuration of a run, which also has values that the
     *     command does not let users choose
     */
    private void addAll(JsonNode object, boolean isRun) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String key = entry.getKey().replace('_', '-');
        JsonNode value = entry.getValue();
        if (NOT_SETTINGS.contains(key)) {
          continue;
        }
        if (value.isObject()) {
          addSection(key, value, isRun);
        } else {
          add(OPTIONS_BY_KEY.getOrDefault(key, key), value, isRun);
        }
      }
    }

    private void addSection(String key, JsonNode section, boolean isRun) {
      if (section.has("kind")) { // of the kernel
        add(key, section.get("kind"), isRun);
      }
      addAll(section, isRun);
    }

    private void add(String name, JsonNode value, boolean isRun) {
      String option = "--" + name;
      OptionSpec spec = command.findOption(option);
      if (spec == null && isRun) {
        return;
      }
      if (spec == null) {
        throw new InputException(
            "%s: %s has no setting '%s'; see %s --help"
                .formatted(file, command.qualifiedName(), name, command.qualifiedName()));
      }
      if (isGiven(option) || isGiven(ALTERNATIVES.getOrDefault(option, option))) {
        return;
      }
      if (spec.arity().max() == 0) {
        if (value.asBoolean()) {
          options.add(option);
        }
      } else if (value.isArray()) {
        value.forEach(element -> options.add(option + "=" + element.asText()));
      } else {
        options.add(option + "=" + (value.isNull() ? "0" : value.asText()));
      }
    }

    private boolean isGiven(String option) {
      return given.stream()
          .anyMatch(argument -> argument.equals(option) || argument.startsWith(option + "="));
    }
  }
}
