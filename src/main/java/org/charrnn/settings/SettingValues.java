package org.charrnn.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The settings that a user gave for a run, with defaults for the others. */
public final class SettingValues {
  private final RunKind kind;
  private final Map<String, Object> given;
  private final Map<String, Object> derived;

  /**
   * @param kind determines the defaults
   * @param given values by the name of the setting; null is off if the setting can be turned off,
   *     otherwise {@value Setting#AUTO}
   */
  public SettingValues(RunKind kind, Map<String, ?> given) {
    this(kind, new HashMap<>(given), Map.of());
  }

  private SettingValues(RunKind kind, Map<String, Object> given, Map<String, Object> derived) {
    this.kind = kind;
    this.given = given;
    this.derived = derived;
  }

  /** Whether the user gave a setting, even if the value is the default. */
  public boolean isGiven(String setting) {
    return given.containsKey(setting);
  }

  /** Returns values in which a setting that would be {@value Setting#AUTO} has a derived value. */
  public SettingValues derive(String setting, Object value) {
    Map<String, Object> more = new HashMap<>(derived);
    more.put(setting, value);
    return new SettingValues(kind, given, more);
  }

  /**
   * Returns the value of a setting; null if it is {@value Setting#AUTO} or off.
   *
   * @param type the record that describes it
   */
  public Object value(Class<? extends Record> type, String setting) {
    return SettingDefinition.of(type).stream()
        .filter(definition -> definition.name().equals(setting))
        .map(this::value)
        .toList()
        .get(0);
  }

  private Object value(SettingDefinition definition) {
    String name = definition.name();
    Object value = isGiven(name) ? given.get(name) : definition.defaultValue(kind);
    boolean isOff = isGiven(name) && definition.canBeOff();
    return value == null && !isOff ? derived.get(name) : value;
  }

  /**
   * Creates a record of settings.
   *
   * @param others components that are not settings, or whose values are given, by name
   * @throws SettingException if the record does not accept the values
   */
  public <R extends Record> R build(Class<R> type, Map<String, Object> others) {
    Map<String, Object> values = new HashMap<>();
    for (SettingDefinition definition : SettingDefinition.of(type)) {
      values.put(definition.component(), value(definition));
    }
    values.putAll(others);
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments =
        Arrays.stream(components).map(component -> values.get(component.getName())).toArray();
    try {
      return type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // records of settings are public
    }
  }

  /**
   * Creates a record that consists of settings alone.
   *
   * @throws SettingException if the record does not accept the values
   */
  public <R extends Record> R build(Class<R> type) {
    return build(type, Map.of());
  }
}
