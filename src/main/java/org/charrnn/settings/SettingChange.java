package org.charrnn.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A setting of a run that was changed when the training was resumed.
 *
 * @param step steps done when it was changed; those before had the old value
 * @param setting its name
 * @param from the old value; null if it was off
 * @param to the new value; null if it is off
 */
public record SettingChange(long step, String setting, Object from, Object to) {
  /** Accepts values as they are typed, too, and names with underscores, as in files. */
  public SettingChange {
    if (step < 0) {
      throw new IllegalArgumentException("step must be at least 0, got " + step);
    }
    SettingDefinition definition = definition(setting);
    setting = definition.name();
    from = typed(definition, from);
    to = typed(definition, to);
  }

  private static SettingDefinition definition(String name) {
    String kebabCase = name == null ? "null" : name.replace('_', '-');
    return SettingDefinition.ofAll(TrainingConfig.class).stream()
        .filter(setting -> setting.name().equals(kebabCase))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no setting '" + name + "'"));
  }

  private static Object typed(SettingDefinition definition, Object value) {
    if (definition.type().isInstance(value)) {
      definition.check(value);
      return value;
    }
    Object parsed = value == null ? null : definition.parse(RunKind.TRAIN, value.toString());
    if (parsed == null && !definition.canBeOff()) {
      throw new SettingException(definition.name(), "must not be " + value);
    }
    return parsed;
  }

  /**
   * Returns the settings that differ.
   *
   * @param step steps done when the training continued with other settings
   */
  public static List<SettingChange> between(
      long step, TrainingConfig before, TrainingConfig after) {
    SettingValues from = SettingValues.of(RunKind.TRAIN, before);
    SettingValues to = SettingValues.of(RunKind.TRAIN, after);
    return SettingDefinition.ofAll(TrainingConfig.class).stream()
        .filter(setting -> !Objects.equals(from.value(setting), to.value(setting)))
        .map(
            setting ->
                new SettingChange(step, setting.name(), from.value(setting), to.value(setting)))
        .toList();
  }

  /**
   * Returns the configuration before changes.
   *
   * @param changes in their order
   * @param after the configuration after them
   */
  public static TrainingConfig undo(List<SettingChange> changes, TrainingConfig after) {
    SettingValues values = SettingValues.of(RunKind.TRAIN, after);
    List<SettingChange> undone = new ArrayList<>(changes);
    while (!undone.isEmpty()) {
      SettingChange last = undone.remove(undone.size() - 1);
      values = values.with(last.setting, last.from);
    }
    return values.build(TrainingConfig.class);
  }

  /** The change as it is printed, such as {@code dropout 0 -> 0.5}. */
  @Override
  public String toString() {
    SettingDefinition definition = definition(setting);
    return "%s %s -> %s".formatted(setting, definition.format(from), definition.format(to));
  }
}
