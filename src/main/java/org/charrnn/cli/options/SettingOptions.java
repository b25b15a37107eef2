package org.charrnn.cli.options;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.SettingValues;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of a command that are settings. They are derived from the {@link
 * org.charrnn.settings.Setting} annotations of records.
 */
public final class SettingOptions {
  private final RunKind kind;
  private final List<Section> sections;

  /** A setting with the kind of run, which determines its default. */
  private record KindSetting(SettingDefinition setting, RunKind kind) {}

  /** Settings under a heading of {@code --help}. */
  private record Section(String heading, List<SettingDefinition> settings) {}

  private SettingOptions(RunKind kind, List<Section> sections) {
    this.kind = kind;
    this.sections = sections;
  }

  /**
   * Starts without settings.
   *
   * @param kind determines the available settings and their defaults
   */
  public static SettingOptions of(RunKind kind) {
    return new SettingOptions(kind, List.of());
  }

  /** Adds the settings of records, under a heading. */
  @SafeVarargs
  public final SettingOptions with(String heading, Class<? extends Record>... types) {
    List<SettingDefinition> settings = new ArrayList<>();
    for (Class<? extends Record> type : types) {
      SettingDefinition.of(type).stream()
          .filter(setting -> setting.isOf(kind))
          .forEach(settings::add);
    }
    List<Section> more = new ArrayList<>(sections);
    more.add(new Section(heading, settings));
    return new SettingOptions(kind, more);
  }

  /** Adds the options to a command. */
  public CommandSpec addTo(CommandSpec command) {
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      ArgGroupSpec.Builder group =
          ArgGroupSpec.builder().heading("%n" + section.heading() + ":%n").order(i).validate(false);
      for (int j = 0; j < section.settings().size(); j++) {
        group.addArg(option(section.settings().get(j), j));
      }
      command.addArgGroup(group.build());
    }
    return command;
  }

  private OptionSpec option(SettingDefinition setting, int order) {
    boolean isFlag = setting.type() == Boolean.class;
    OptionSpec.Builder option =
        OptionSpec.builder("--" + setting.name())
            .order(order)
            .type(String.class)
            .userObject(new KindSetting(setting, kind));
    if (isFlag) {
      return option.arity("0").description(help(setting)).build();
    }
    return option
        .arity("1")
        .paramLabel(setting.label())
        // Enums are loaded when they are needed, not at every start.
        .completionCandidates(setting.hasChoices() ? () -> setting.choices(kind).iterator() : null)
        .description(help(setting))
        .build();
  }

  private String help(SettingDefinition setting) {
    return setting.help(kind).replace("%", "%%"); // picocli formats it
  }

  /**
   * Returns the settings that were given on the command line, other than as an auto that is the
   * default.
   *
   * @throws org.charrnn.settings.SettingException if a value is not allowed
   */
  public SettingValues given(CommandSpec command) {
    Map<String, Object> values = new HashMap<>();
    var parsed = command.commandLine().getParseResult();
    for (Section section : sections) {
      for (SettingDefinition setting : section.settings()) {
        String option = "--" + setting.name();
        if (parsed.hasMatchedOption(option)) {
          String text = parsed.matchedOptionValue(option, "");
          boolean isFlag = setting.type() == Boolean.class;
          boolean isDefault = setting.isAutoByDefault(kind) && setting.isAuto(kind, text);
          if (!isDefault) { // which is the same as not given
            values.put(setting.name(), setting.parse(kind, isFlag ? "true" : text));
          }
        }
      }
    }
    return new SettingValues(kind, values);
  }

  /** Whether an option is a setting. */
  static boolean isSetting(OptionSpec option) {
    return option.userObject() instanceof KindSetting;
  }

  /** Returns how null is typed, which turns the setting of an option off or derives it. */
  static String textOfNull(OptionSpec option) {
    return ((KindSetting) option.userObject()).setting.format(null);
  }

  /** Returns how a string of JSON is typed: a setting that is a text has escapes of its own. */
  static String typed(OptionSpec option, String text) {
    return option.userObject() instanceof KindSetting known && known.setting.type() == String.class
        ? known.setting.format(text)
        : text;
  }

  /** Returns the value of an option in runs that were saved before the setting existed, if any. */
  static Optional<String> textOfAbsent(OptionSpec option) {
    return option.userObject() instanceof KindSetting known
        ? known.setting.absentValue().map(known.setting::format)
        : Optional.empty();
  }

  /**
   * Checks the value of an option, if it is a setting.
   *
   * @throws org.charrnn.settings.SettingException if the value is not allowed
   */
  static void check(OptionSpec option, String text) {
    if (option.userObject() instanceof KindSetting known) {
      known.setting.parse(known.kind, text);
    }
  }

  /** The names of the settings that {@code --resume} can change. */
  public List<String> resumable() {
    return sections.stream()
        .flatMap(section -> section.settings().stream())
        .filter(SettingDefinition::isResumable)
        .map(SettingDefinition::name)
        .toList();
  }
}
