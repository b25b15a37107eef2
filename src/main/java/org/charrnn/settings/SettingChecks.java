package org.charrnn.settings;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Checks the components of a record against the ranges of its {@link Setting} annotations. */
public final class SettingChecks {
  private SettingChecks() {}

  /**
   * Checks the arguments of a record's constructor.
   *
   * @param arguments of the canonical constructor, in order
   * @throws SettingException if one is out of range, or null where that is not allowed
   */
  public static void check(Class<? extends Record> type, Object... arguments) {
    List<String> components =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    if (arguments.length != components.size()) {
      throw new IllegalArgumentException(
          "%s has %d components, got %d".formatted(type, components.size(), arguments.length));
    }
    for (SettingDefinition setting : SettingDefinition.of(type)) {
      Object value = arguments[components.indexOf(setting.component())];
      if (value == null && !setting.canBeOff()) {
        throw new SettingException(setting.name(), "must not be null");
      }
      setting.check(value);
    }
  }
}
