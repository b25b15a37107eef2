package org.charrnn.cli.options;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.charrnn.InputException;
import org.charrnn.settings.SettingException;
import org.charrnn.store.TrainedModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Converts the settings in a {@link ConfigFile} to options of a command. */
final class ConfigOptions {
  /** Options by the keys of {@code config.json} that have another name. */
  private static final Map<String, String> OPTIONS_BY_KEY =
      Map.of("hidden-size", "hidden", "embedding-size", "embedding");

  /** Options that replace each other. */
  private static final Map<String, String> ALTERNATIVES =
      Map.of("--steps", "--epochs", "--epochs", "--steps");

  /**
   * Keys of {@code config.json} whose values follow from the settings and the text, or tell the
   * past.
   */
  private static final Set<String> DERIVED =
      Set.of(
          "version",
          "classes",
          "unknown",
          "word-rules",
          "tokens",
          "sha256",
          "file-count",
          "location",
          "changes");

  /** Options that do not belong in a file. */
  private static final Set<String> NOT_IN_FILES =
      Set.of("--config", "--resume", "--help", "--version");

  private final Path file;
  private final CommandSpec command;

  /**
   * A value of the file.
   *
   * @param path its key, after those of the sections around it
   * @param option long name of the option
   */
  private record Entry(String path, String option, JsonNode value) {}

  ConfigOptions(Path file, CommandSpec command) {
    this.file = file;
    this.command = command;
  }

  /** Whether the command has all settings of a file. */
  boolean canRead(JsonNode json) {
    return entries(json).stream().allMatch(entry -> find(entry.option) != null);
  }

  /**
   * Returns the options of a file, except those that are given on the command line.
   *
   * @throws InputException if the command does not have an option, or does not accept its value
   */
  List<String> read(JsonNode json, List<String> given) {
    boolean isRun = json.has("version");
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : entries(json)) {
      if (find(entry.option) == null) {
        if (!isRun || findInOthers(entry.option) == null) {
          throw unknown(entry);
        }
        continue;
      }
      Entry other = entries.put(entry.option, entry);
      if (other != null) {
        throw new InputException(
            "%s: %s and %s are the same setting".formatted(file, other.path, entry.path));
      }
    }
    List<String> options = new ArrayList<>();
    for (Entry entry : entries.values()) {
      String alternative = ALTERNATIVES.getOrDefault(entry.option, entry.option);
      if (!isGiven(given, entry.option) && !isGiven(given, alternative)) {
        options.addAll(arguments(entry));
      }
    }
    limitVocabulary(json, given, options);
    if (isRun) {
      addAbsent(entries.keySet(), given, options);
    }
    return options;
  }

  /** Adds the settings that the version which started a run did not have. */
  private void addAbsent(Set<String> inFile, List<String> given, List<String> options) {
    for (OptionSpec option : command.options()) {
      String name = option.longestName();
      if (!inFile.contains(name) && !isGiven(given, name)) {
        SettingOptions.textOfAbsent(option)
            .filter(text -> option.arity().max() > 0) // a flag was off
            .ifPresent(text -> options.add(name + "=" + text));
      }
    }
  }

  private List<Entry> entries(JsonNode json) {
    List<Entry> entries = new ArrayList<>();
    addEntries("", json, json.has("version"), entries);
    return entries;
  }

  private void addEntries(String section, JsonNode object, boolean isRun, List<Entry> entries) {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      String key = property.getKey().replace('_', '-');
      if (!section.isEmpty() || !key.equals("kind")) { // that of the run is checked before
        addEntries(section + property.getKey(), key, property.getValue(), isRun, entries);
      }
    }
  }

  private void addEntries(
      String path, String key, JsonNode value, boolean isRun, List<Entry> entries) {
    OptionSpec option = command.findOption("--" + key);
    if (isRun && DERIVED.contains(key)) {
      return;
    }
    if (isRun && key.equals("files")) {
      addFiles(path, value, entries);
    } else if (path.equals("kernel.kind")) {
      entries.add(new Entry(path, "--kernel", value));
    } else if (value.isObject() && (option == null || !option.typeInfo().isMap())) {
      addEntries(path + ".", value, isRun, entries);
    } else {
      entries.add(new Entry(path, "--" + OPTIONS_BY_KEY.getOrDefault(key, key), value));
    }
  }

  /** Adds the text of a run; the lab's own sentence is in no file. */
  private void addFiles(String path, JsonNode files, List<Entry> entries) {
    boolean isLab = command.findOption("--text") != null;
    if (!files.isEmpty()) {
      entries.add(new Entry(path, isLab ? "--text" : "--data", isLab ? files.path(0) : files));
    }
  }

  /** Returns an option that a file can have, or null. */
  private OptionSpec find(String option) {
    return NOT_IN_FILES.contains(option) ? null : command.findOption(option);
  }

  /**
   * Returns the first command that reads files and has an option, or null. The configuration of a
   * run may contain options of another command.
   */
  private CommandSpec findInOthers(String option) {
    return command.parent().subcommands().values().stream()
        .map(other -> other.getCommandSpec())
        .filter(other -> other.findOption(ConfigFile.OPTION) != null)
        .filter(other -> other.findOption(option) != null)
        .findFirst()
        .orElse(null);
  }

  private InputException unknown(Entry entry) {
    String name = command.qualifiedName();
    CommandSpec other = findInOthers(entry.option);
    return new InputException(
        "%s: %s has no setting '%s'; %s"
            .formatted(
                file,
                name,
                entry.path,
                other == null || other == command
                    ? "see " + name + " --help"
                    : "it is one of " + other.qualifiedName()));
  }

  private static boolean isGiven(List<String> given, String option) {
    return given.stream()
        .anyMatch(argument -> argument.equals(option) || argument.startsWith(option + "="));
  }

  /** Returns the arguments for a value; none for null, and for a flag that is false. */
  private List<String> arguments(Entry entry) {
    OptionSpec option = find(entry.option);
    JsonNode value = entry.value;
    if (option.arity().max() == 0) {
      if (!value.isBoolean()) {
        throw wrongType(entry, "true or false");
      }
      return value.asBoolean() ? List.of(entry.option) : List.of();
    }
    if (value.isNull() && !SettingOptions.isSetting(option)) {
      return List.of();
    }
    List<String> texts = texts(entry, option);
    List<String> arguments = texts.stream().map(text -> entry.option + "=" + text).toList();
    try {
      texts.forEach(text -> SettingOptions.check(option, text));
      parse(arguments);
    } catch (SettingException e) {
      throw new InputException("%s: %s %s".formatted(file, entry.path, e.problem()), e);
    } catch (ParameterException e) {
      throw new InputException("%s: %s: %s".formatted(file, entry.path, e.getMessage()), e);
    }
    return arguments;
  }

  private List<String> texts(Entry entry, OptionSpec option) {
    JsonNode value = entry.value;
    if (value.isNull()) {
      return List.of(SettingOptions.textOfNull(option));
    }
    if (option.typeInfo().isMap() && value.isObject()) {
      return value.properties().stream()
          .map(property -> property.getKey() + "=" + text(entry, property.getValue()))
          .toList();
    }
    Stream<JsonNode> values =
        option.isMultiValue() && value.isArray()
            ? StreamSupport.stream(value.spliterator(), false)
            : Stream.of(value);
    return values.map(element -> SettingOptions.typed(option, text(entry, element))).toList();
  }

  private String text(Entry entry, JsonNode value) {
    if (!value.isTextual() && !value.isNumber()) {
      throw wrongType(entry, "a number or a string");
    }
    return value.asText();
  }

  private InputException wrongType(Entry entry, String expected) {
    return new InputException(
        "%s: %s must be %s, got %s".formatted(file, entry.path, expected, entry.value));
  }

  /** Parses arguments alone, so that an error is about a value in the file. */
  private void parse(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(command.name()));
    all.addAll(arguments);
    command.root().commandLine().parseArgs(all.toArray(String[]::new));
  }

  /**
   * Limits the vocabulary to the size of the run's if the run's was limited, and otherwise not. As
   * the most frequent tokens are kept, it gets the same tokens whichever option limited it.
   */
  private void limitVocabulary(JsonNode json, List<String> given, List<String> options) {
    String limit = "--vocabulary-size";
    boolean isChosen =
        Stream.of("--level", "--min-count", limit).anyMatch(option -> isGiven(given, option));
    JsonNode isLimited = json.path("text").path("unknown");
    if (isLimited.isBoolean()
        && command.findOption(limit) != null
        && !isChosen
        && !hasInitialVocabulary(given, options)) {
      String size = json.path("model").path("classes").asText();
      options.add(limit + "=" + (isLimited.asBoolean() ? size : "all"));
    }
  }

  /** Whether the vocabulary comes with the initial weights. */
  private static boolean hasInitialVocabulary(List<String> given, List<String> options) {
    String option = "--init-from";
    return ConfigFile.valueOf(given, option)
        .or(() -> ConfigFile.valueOf(options, option))
        .map(name -> ConfigFile.path(option, name))
        .filter(TrainedModel::isModel)
        .isPresent();
  }
}
