package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingDefinitionTest {
  private enum Colour {
    RED,
    LIGHT_BLUE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A setting of each type, with each kind of range. */
  private record Example(
      @Setting(defaultValue = "5", lab = "3", min = 1, max = 10, help = "From 1 to 10")
          int someCount,
      @Setting(name = "seed", defaultValue = "1", resumable = true, help = "Any whole number")
          long seedOfRun,
      @Setting(label = "RATE", defaultValue = "0.002", above = 0, help = "Above 0") float rate,
      @Setting(defaultValue = "0.5", min = 0, below = 1, help = "From 0 to below 1") double part,
      @Setting(defaultValue = "0.5", above = 0, max = 1, help = "Above 0, at most 1") double factor,
      @Setting(defaultValue = "7", max = 9, help = "At most 9") int atMost,
      @Setting(defaultValue = "0", below = 9, help = "Below 9") double below,
      @Setting(defaultValue = "false", help = "A flag") boolean flag,
      @Setting(defaultValue = "red", lab = Setting.AUTO, auto = "of the rest", help = "A colour")
          Colour colour,
      @Setting(defaultValue = "red", canBeAuto = true, auto = "the lighter", help = "A shade")
          Colour shade,
      @Setting(defaultValue = "UTF-8", help = "An encoding") Charset encoding,
      @Setting(defaultValue = "all", off = "all", min = 2, help = "At least 2") Integer limit,
      @Setting(defaultValue = "5", off = "0", min = 0, help = "0 is off") Float clip,
      @Setting(
              defaultValue = Setting.AUTO,
              absent = "2",
              min = 1,
              auto = "by the number of cores",
              help = "Parts")
          int parts,
      @Setting(defaultValue = "\\n", help = "A text") String mark,
      String notASetting) {}

  private static SettingDefinition setting(String name) {
    return SettingDefinition.of(Example.class).stream()
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Object parse(String name, String text) {
    return setting(name).parse(RunKind.TRAIN, text);
  }

  @Test
  void settingsAreTheAnnotatedComponentsInOrder() {
    List<SettingDefinition> settings = SettingDefinition.of(Example.class);
    assertThat(settings)
        .extracting(SettingDefinition::name)
        .containsExactly(
            "some-count",
            "seed",
            "rate",
            "part",
            "factor",
            "at-most",
            "below",
            "flag",
            "colour",
            "shade",
            "encoding",
            "limit",
            "clip",
            "parts",
            "mark");
    assertThat(settings.get(0).component()).isEqualTo("someCount");
    assertThat(settings.get(1).component()).isEqualTo("seedOfRun");
    assertThat(settings.get(1).isResumable()).isTrue();
    assertThat(settings.get(2).isResumable()).isFalse();
    assertThat(settings.get(2).label()).isEqualTo("RATE");
  }

  @Test
  void typesAreBoxed() {
    assertThat(SettingDefinition.of(Example.class))
        .extracting(SettingDefinition::type)
        .containsExactly(
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Double.class,
            Integer.class,
            Double.class,
            Boolean.class,
            Colour.class,
            Colour.class,
            Charset.class,
            Integer.class,
            Float.class,
            Integer.class,
            String.class);
  }

  @Test
  void textsAreConvertedToTheTypeOfTheComponent() {
    assertThat(parse("some-count", "10")).isEqualTo(10);
    assertThat(parse("seed", "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(parse("rate", "1e-3")).isEqualTo(0.001f);
    assertThat(parse("part", "0.25")).isEqualTo(0.25);
    assertThat(parse("flag", "true")).isEqualTo(true);
    assertThat(parse("flag", "False")).isEqualTo(false);
    assertThat(parse("colour", "light-blue")).isEqualTo(Colour.LIGHT_BLUE);
    assertThat(parse("colour", "RED")).isEqualTo(Colour.RED);
    assertThat(parse("encoding", "latin1")).isEqualTo(StandardCharsets.ISO_8859_1);
    assertThat(parse("limit", "2")).isEqualTo(2);
    assertThat(parse("clip", "0.5")).isEqualTo(0.5f);
    assertThat(parse("some-count", " 7 ")).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\n | a line feed",
        "\\t\\r\\n. | a tab, a carriage return, a line feed and a full stop",
        "' ' | a space",
        "'' | nothing",
        "a\\\\nb | a backslash and n",
        "\\d\\ | backslashes before others",
      })
  void textHasEscapes(String typed, String meaning) {
    String expected =
        switch (meaning) {
          case "a line feed" -> "\n";
          case "a tab, a carriage return, a line feed and a full stop" -> "\t\r\n.";
          case "a space" -> " ";
          case "nothing" -> "";
          case "a backslash and n" -> "a\\nb";
          default -> "\\d\\";
        };
    assertThat(parse("mark", typed)).isEqualTo(expected);
    assertThat(parse("mark", setting("mark").format(expected))).isEqualTo(expected);
    assertThat(setting("mark").format("\n")).isEqualTo("\\n");
  }

  @Test
  void lineEndInATextIsTakenAsItIs() {
    assertThat(parse("mark", "\n\t")).isEqualTo("\n\t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "-0", "0e5"})
  void everySpellingOfTheOffValueIsNull(String text) {
    assertThat(parse("clip", text)).isNull();
  }

  @Test
  void offAndAutoAreNullInAnyCase() {
    assertThat(parse("limit", "all")).isNull();
    assertThat(parse("limit", "ALL")).isNull();
    assertThat(parse("parts", "auto")).isNull();
    assertThat(parse("parts", "Auto")).isNull();
  }

  @Test
  void autoIsAValueOnlyInKindsOfRunsWhoseDefaultItIs() {
    assertThat(setting("colour").parse(RunKind.LAB, "auto")).isNull();
    assertThatThrownBy(() -> setting("colour").parse(RunKind.TRAIN, "auto"))
        .hasMessage("colour must be red or light-blue, got 'auto'");
    assertThat(setting("colour").choices(RunKind.TRAIN)).containsExactly("red", "light-blue");
    assertThat(setting("colour").choices(RunKind.LAB)).containsExactly("red", "light-blue", "auto");
    assertThat(setting("parts").choices(RunKind.TRAIN)).isEmpty();
  }

  @Test
  void autoCanBeAValueThatIsNotTheDefault() {
    for (RunKind kind : RunKind.values()) {
      assertThat(setting("shade").defaultValue(kind)).isEqualTo(Colour.RED);
      assertThat(setting("shade").parse(kind, "Auto")).isNull();
      assertThat(setting("shade").choices(kind)).containsExactly("red", "light-blue", "auto");
      assertThat(setting("shade").isAutoByDefault(kind)).isFalse();
    }
    assertThat(setting("shade").format(null)).isEqualTo("auto");
    assertThat(setting("colour").isAutoByDefault(RunKind.LAB)).isTrue();
    assertThat(setting("colour").isAutoByDefault(RunKind.TRAIN)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "some-count | 0 | must be from 1 to 10, got 0",
        "some-count | 11 | must be from 1 to 10, got 11",
        "some-count | 1.5 | must be a whole number from 1 to 10, got '1.5'",
        "some-count | '' | must be a whole number from 1 to 10, got ''",
        "some-count | 99999999999 | must be a whole number from 1 to 10, got '99999999999'",
        "seed | one | must be a whole number, got 'one'",
        "seed | 9223372036854775808 | must be a whole number, got '9223372036854775808'",
        "rate | 0 | must be above 0, got 0",
        "rate | -1e-5 | must be above 0, got -0.00001",
        "rate | NaN | must be above 0, got NaN",
        "rate | 1e999 | must be above 0, got Infinity",
        "rate | fast | must be a number above 0, got 'fast'",
        "part | 1 | must be from 0 to below 1, got 1",
        "part | -0.5 | must be from 0 to below 1, got -0.5",
        "factor | 0 | must be above 0 and at most 1, got 0",
        "factor | 1.5 | must be above 0 and at most 1, got 1.5",
        "at-most | 10 | must be at most 9, got 10",
        "at-most | ten | must be a whole number of at most 9, got 'ten'",
        "below | 9 | must be below 9, got 9",
        "flag | maybe | must be true or false, got 'maybe'",
        "colour | green | must be red or light-blue, got 'green'",
        "shade | green | must be red, light-blue or auto, got 'green'",
        "limit | 1 | must be at least 2 or all, got 1",
        "limit | none | must be a whole number of at least 2 or all, got 'none'",
        "clip | -1 | must be at least 0 (0 is off), got -1",
        "parts | 0 | must be at least 1, got 0",
        "parts | many | must be a whole number of at least 1 or auto, got 'many'"
      })
  void valueThatIsNotAllowedIsRejected(String name, String text, String problem) {
    assertThatThrownBy(() -> parse(name, text))
        .isInstanceOfSatisfying(
            SettingException.class,
            e -> {
              assertThat(e).hasMessage(name + " " + problem);
              assertThat(e.setting()).isEqualTo(name);
              assertThat(e.problem()).isEqualTo(problem);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"klingon", "no such name"})
  void unknownEncodingIsRejected(String text) {
    assertThatThrownBy(() -> parse("encoding", text))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("encoding must be the name of a character encoding, such as UTF-8")
        .hasMessageEndingWith("got '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "some-count, 10, 10",
    "seed, -1, -1",
    "rate, 1e-5, 0.00001",
    "rate, 100, 100",
    "rate, 1e10, 10000000000",
    "part, 0.250, 0.25",
    "flag, true, true",
    "colour, LIGHT-BLUE, light-blue",
    "encoding, utf8, UTF-8",
    "limit, all, all",
    "clip, 0.0, 0",
    "parts, auto, auto"
  })
  void valuesAreFormattedAsTheyWouldBeTyped(String name, String text, String formatted) {
    assertThat(setting(name).format(parse(name, text))).isEqualTo(formatted);
    assertThat(parse(name, formatted)).isEqualTo(parse(name, text));
  }

  @Test
  void defaultsAreThoseOfTheKindOfRun() {
    assertThat(setting("some-count").defaultValue(RunKind.TRAIN)).isEqualTo(5);
    assertThat(setting("some-count").defaultValue(RunKind.LAB)).isEqualTo(3);
    assertThat(setting("some-count").isOf(RunKind.LAB)).isTrue();
    assertThat(setting("rate").isOf(RunKind.LAB)).isFalse();
    assertThat(setting("rate").isOf(RunKind.TRAIN)).isTrue();
    assertThat(setting("rate").defaultValue(RunKind.LAB)).isEqualTo(0.002f);
    assertThat(setting("limit").defaultValue(RunKind.TRAIN)).isNull();
    assertThat(setting("parts").defaultValue(RunKind.TRAIN)).isNull();
    assertThat(setting("parts").defaultText(RunKind.TRAIN)).isEqualTo("auto");
  }

  @Test
  void absentValueAppliesToOldRuns() {
    assertThat(setting("parts").absentValue()).contains(2);
    assertThat(setting("rate").absentValue()).isEmpty();
  }

  @Test
  void helpHasRangeAndDefaultOfTheKindOfRun() {
    assertThat(setting("some-count").help(RunKind.TRAIN))
        .isEqualTo("From 1 to 10 (from 1 to 10; default: 5).");
    assertThat(setting("some-count").help(RunKind.LAB))
        .isEqualTo("From 1 to 10 (from 1 to 10; default: 3).");
    assertThat(setting("rate").help(RunKind.TRAIN)).isEqualTo("Above 0 (default: 0.002).");
    assertThat(setting("flag").help(RunKind.TRAIN)).isEqualTo("A flag.");
    assertThat(setting("parts").help(RunKind.TRAIN))
        .isEqualTo("Parts (default: auto, by the number of cores).");
    assertThat(setting("colour").help(RunKind.TRAIN)).isEqualTo("A colour (default: red).");
    assertThat(setting("colour").help(RunKind.LAB))
        .isEqualTo("A colour (default: auto, of the rest).");
    assertThat(setting("shade").help(RunKind.TRAIN))
        .isEqualTo("A shade (default: red; auto: the lighter).");
  }

  @Test
  void checkAcceptsNullForOffOrAuto() {
    setting("parts").check(null);
    setting("clip").check(null);
  }
}
