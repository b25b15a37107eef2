package org.charrnn.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

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

  /**
   * Returns the values of a record of settings and of the records in it, as if all were given.
   *
   * @param kind of the run that has them
   */
  public static SettingValues of(RunKind kind, Record settings) {
    Map<String, Object> values = new HashMap<>();
    addValues(settings, values);
    return new SettingValues(kind, values);
  }

  private static void addValues(Record settings, Map<String, Object> values) {
    Map<String, String> names = new HashMap<>();
    for (SettingDefinition definition : SettingDefinition.of(settings.getClass())) {
      names.put(definition.component(), definition.name());
    }
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = component(settings, component);
      if (names.containsKey(component.getName())) {
        values.put(names.get(component.getName()), value);
      } else if (value instanceof Record nested) {
        addValues(nested, values);
      }
    }
  }

  private static Object component(Record settings, RecordComponent component) {
    try {
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // records of settings are public
    }
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

  /** Returns these values, with others for settings that were not given. */
  public SettingValues orElse(SettingValues others) {
    Map<String, Object> more = new HashMap<>(others.given);
    more.putAll(given);
    return new SettingValues(kind, more, derived);
  }

  /** Returns values in which a setting is given, unless it was. */
  public SettingValues orElse(String setting, Object value) {
    return isGiven(setting) ? this : with(setting, value);
  }

  /** Returns values in which a setting is given another value. */
  public SettingValues with(String setting, Object value) {
    Map<String, Object> more = new HashMap<>(given);
    more.put(setting, value);
    return new SettingValues(kind, more, derived);
  }

  /** Returns values of which only some settings are given. */
  SettingValues only(String... settings) {
    Map<String, Object> some = new HashMap<>(given);
    some.keySet().retainAll(Set.of(settings));
    return new SettingValues(kind, some, derived);
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

  /** Returns the value of a setting; null if it is {@value Setting#AUTO} or off. */
  public Object value(SettingDefinition definition) {
    String name = definition.name();
    Object value = isGiven(name) ? given.get(name) : definition.defaultValue(kind);
    boolean isOff = isGiven(name) && definition.canBeOff();
    return value == null && !isOff ? derived.get(name) : value;
  }

  /**
   * Creates a record of settings and the records in it.
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
    for (RecordComponent component : components) {
      if (component.getType().isRecord() && !values.containsKey(component.getName())) {
        values.put(component.getName(), build(component.getType().asSubclass(Record.class)));
      }
    }
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
