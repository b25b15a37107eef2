package org.charrnn.settings;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A setting as its {@link Setting} annotation describes it. */
public final class SettingDefinition {
  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z])(?=[A-Z])");
  private static final Pattern ESCAPE = Pattern.compile("\\\\[nrt\\\\]");
  private static final List<String> TRUE_OR_FALSE = List.of("true", "false");

  private final RecordComponent component;
  private final Setting setting;
  private final String name;

  private SettingDefinition(RecordComponent component) {
    this.component = component;
    setting = component.getAnnotation(Setting.class);
    name = setting.name().isEmpty() ? kebabCase(component.getName()) : setting.name();
  }

  /** Returns the settings of a record, in the order of its components. */
  public static List<SettingDefinition> of(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.isAnnotationPresent(Setting.class))
        .map(SettingDefinition::new)
        .toList();
  }

  /** Returns the settings of a record and of the records in it, in the order of components. */
  public static List<SettingDefinition> ofAll(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                component.getType().isRecord()
                    ? ofAll(component.getType().asSubclass(Record.class)).stream()
                    : of(type).stream().filter(s -> s.component().equals(component.getName())))
        .toList();
  }

  private static String kebabCase(String camelCase) {
    return WORD_START.matcher(camelCase).replaceAll("-").toLowerCase(Locale.ROOT);
  }

  /** The name on the command line, without dashes. */
  public String name() {
    return name;
  }

  /** The name of the record's component. */
  public String component() {
    return component.getName();
  }

  /** The component's type, boxed. */
  public Class<?> type() {
    Class<?> type = component.getType();
    return type == int.class
        ? Integer.class
        : type == long.class
            ? Long.class
            : type == float.class
                ? Float.class
                : type == double.class
                    ? Double.class
                    : type == boolean.class ? Boolean.class : type;
  }

  /** The placeholder for the value in {@code --help}. */
  public String label() {
    return setting.label();
  }

  /** The description in {@code --help}, with the range and the default of a kind of run. */
  public String help(RunKind kind) {
    if (type() == Boolean.class) {
      return setting.help() + ".";
    }
    boolean hasUpperBound = !Double.isNaN(setting.max()) || !Double.isNaN(setting.below());
    return setting.help()
        + (hasUpperBound ? " (" + range() + "; default: " : " (default: ")
        + defaultText(kind)
        + auto(kind)
        + ").";
  }

  private String auto(RunKind kind) {
    if (!canBeAuto(kind)) {
      return "";
    }
    return (isAutoByDefault(kind) ? ", " : "; " + Setting.AUTO + ": ") + setting.auto();
  }

  /** Whether {@code --resume} can change it. */
  public boolean isResumable() {
    return setting.resumable();
  }

  /** Whether runs of a kind have the setting. */
  public boolean isOf(RunKind kind) {
    return kind == RunKind.TRAIN || !setting.lab().isEmpty();
  }

  /** The default of a kind of run, as users type it. */
  public String defaultText(RunKind kind) {
    return kind == RunKind.LAB && isOf(kind) ? setting.lab() : setting.defaultValue();
  }

  /** The default of a kind of run; null if it is derived or off. */
  public Object defaultValue(RunKind kind) {
    return parse(kind, defaultText(kind));
  }

  /** The value in runs that were saved before the setting existed. */
  public Optional<Object> absentValue() {
    return setting.absent().isEmpty()
        ? Optional.empty()
        : Optional.of(parse(RunKind.TRAIN, setting.absent()));
  }

  /** Whether the type is an enum. */
  public boolean hasChoices() {
    return component.getType().isEnum();
  }

  /** The values of an enum, as users type them; empty for other types. */
  public List<String> choices(RunKind kind) {
    Object[] constants = component.getType().getEnumConstants();
    List<String> choices = constants == null ? List.of() : names(constants);
    return choices.isEmpty() || !canBeAuto(kind)
        ? choices
        : Stream.concat(choices.stream(), Stream.of(Setting.AUTO)).toList();
  }

  private static List<String> names(Object[] constants) {
    return Arrays.stream(constants).map(Object::toString).toList();
  }

  /** Whether a text as it was typed is {@value Setting#AUTO}, the derived value. */
  public boolean isAuto(RunKind kind, String text) {
    return canBeAuto(kind) && text.equalsIgnoreCase(Setting.AUTO);
  }

  private boolean canBeAuto(RunKind kind) {
    return setting.canBeAuto() || isAutoByDefault(kind);
  }

  /** Whether the default of a kind of run is {@value Setting#AUTO}. */
  public boolean isAutoByDefault(RunKind kind) {
    return defaultText(kind).equals(Setting.AUTO);
  }

  /**
   * Converts a value as users type it.
   *
   * @param kind of the run; only some settings of it can be {@value Setting#AUTO}
   * @return null for {@value Setting#AUTO}, and for the value that turns the setting off
   * @throws SettingException if it is not a value of the setting
   */
  public Object parse(RunKind kind, String text) {
    boolean isOff = canBeOff() && text.equalsIgnoreCase(setting.off());
    if (isOff || isAuto(kind, text)) {
      return null;
    }
    Object value;
    try {
      value = type() == String.class ? unescape(text) : convert(text.strip());
    } catch (IllegalArgumentException e) {
      throw error("must be %s, got '%s'".formatted(expected(kind), text));
    }
    if (canBeOff() && format(value).equals(setting.off())) {
      return null; // such as 0.0 for 0
    }
    check(value);
    return value;
  }

  private Object convert(String text) {
    Class<?> type = type();
    if (type == Integer.class) {
      return Integer.valueOf(text);
    }
    if (type == Long.class) {
      return Long.valueOf(text);
    }
    if (type == Float.class) {
      return Float.valueOf(text);
    }
    if (type == Double.class) {
      return Double.valueOf(text);
    }
    if (type == Boolean.class && TRUE_OR_FALSE.contains(text.toLowerCase(Locale.ROOT))) {
      return Boolean.valueOf(text);
    }
    if (type == Charset.class) {
      return Charset.forName(text);
    }
    for (Object constant : type.isEnum() ? type.getEnumConstants() : new Object[0]) {
      if (constant.toString().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(text);
  }

  /** Describes the allowed values, such as {@code a whole number from 1 to 100}. */
  private String expected(RunKind kind) {
    Class<?> type = type();
    if (type == Charset.class) {
      return "the name of a character encoding, such as UTF-8, UTF-16, windows-1252 or EUC-KR";
    }
    if (type.isEnum()) {
      List<String> choices = choices(kind);
      int last = choices.size() - 1;
      return String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
    }
    if (type == Boolean.class) {
      return String.join(" or ", TRUE_OR_FALSE);
    }
    boolean isWhole = type == Integer.class || type == Long.class;
    String separator = range().isEmpty() ? "" : range().startsWith("at ") ? " of " : " ";
    return (isWhole ? "a whole number" : "a number")
        + separator
        + range()
        + (canBeAuto(kind) ? " or " + Setting.AUTO : "");
  }

  /** The allowed range, such as {@code from 1 to 100}; empty if there is none. */
  private String range() {
    boolean hasLower = !Double.isNaN(setting.min()) || !Double.isNaN(setting.above());
    String lower =
        Double.isNaN(setting.min()) ? "above " + plain(setting.above()) : plain(setting.min());
    String upper =
        Double.isNaN(setting.max())
            ? Double.isNaN(setting.below()) ? "" : "below " + plain(setting.below())
            : plain(setting.max());
    if (!hasLower) {
      return Double.isNaN(setting.max()) ? upper : "at most " + upper;
    }
    String off =
        !canBeOff()
            ? ""
            : setting.off().matches("\\d+")
                ? " (" + setting.off() + " is off)"
                : " or " + setting.off();
    if (Double.isNaN(setting.min())) {
      return lower + (upper.isEmpty() ? "" : " and at most " + upper) + off;
    }
    return (upper.isEmpty() ? "at least " + lower : "from " + lower + " to " + upper) + off;
  }

  /**
   * Checks that a value is in the allowed range.
   *
   * @param value null if it is off or still to be derived
   * @throws SettingException if it is not
   */
  public void check(Object value) {
    if (!(value instanceof Number number)) {
      return;
    }
    double x = number.doubleValue();
    boolean isInRange =
        Double.isFinite(x)
            && !(x < setting.min())
            && !(x <= setting.above())
            && !(x > setting.max())
            && !(x >= setting.below());
    if (!isInRange) {
      throw error("must be " + (range().isEmpty() ? "finite" : range()) + ", got " + plain(number));
    }
  }

  private SettingException error(String problem) {
    return new SettingException(name, problem);
  }

  /** Whether null is allowed and turns the setting off. */
  boolean canBeOff() {
    return !setting.off().isEmpty();
  }

  /** Returns a value as users type it. */
  public String format(Object value) {
    if (value == null) {
      return canBeOff() ? setting.off() : Setting.AUTO;
    }
    return value instanceof Number number
        ? plain(number)
        : value instanceof String text ? escape(text) : value.toString();
  }

  /** Returns a text as typed: line ends and tabs are {@code \n}, {@code \r} and {@code \t}. */
  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  /** Returns the text that is typed; a backslash before anything else is a backslash. */
  private static String unescape(String typed) {
    return ESCAPE
        .matcher(typed)
        .replaceAll(
            escape ->
                switch (escape.group().charAt(1)) {
                  case 'n' -> "\n";
                  case 'r' -> "\r";
                  case 't' -> "\t";
                  default -> "\\\\"; // a backslash for replaceAll
                });
  }

  /** A number as users type it: -1 for -1.0, 0.00001 for 1.0E-5. */
  private static String plain(Number number) {
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      return number.toString();
    }
    BigDecimal decimal = new BigDecimal(number.toString());
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }
}
