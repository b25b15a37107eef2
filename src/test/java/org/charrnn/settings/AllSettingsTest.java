package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.files.TextFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record of settings in the program, found by scanning its classes. */
class AllSettingsTest {
  /** Values of settings whose defaults are derived, and of components that are not settings. */
  private static final Map<String, Object> OTHER_VALUES =
      Map.ofEntries(
          Map.entry("classes", 5),
          Map.entry("hiddenSize", 8),
          Map.entry("embeddingSize", 4),
          Map.entry("batchSize", 3),
          Map.entry("sequenceLength", 6),
          Map.entry("steps", 10L),
          Map.entry("epochs", 2),
          Map.entry("decay", Decay.EPOCHS),
          Map.entry("decayRate", 0.5f),
          Map.entry("decayAfter", 1),
          Map.entry("validation", 0.1),
          Map.entry("saveEvery", 5L),
          Map.entry("kind", ComputeKernel.Kind.FUSED),
          Map.entry("shards", 1),
          Map.entry("threads", 1));

  private static final List<Class<? extends Record>> RECORDS = scan();

  /** A setting and the record that it belongs to. */
  record Described(Class<? extends Record> type, SettingDefinition setting, Setting annotation) {
    @Override
    public String toString() {
      return setting.name();
    }
  }

  private static List<Class<? extends Record>> scan() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.charrnn")
            .stream()
            .filter(JavaClass::isRecord)
            .map(JavaClass::reflect)
            .<Class<? extends Record>>map(type -> type.asSubclass(Record.class))
            .filter(type -> !SettingDefinition.of(type).isEmpty())
            .toList();
  }

  static Stream<Described> settings() {
    return RECORDS.stream()
        .flatMap(
            type ->
                SettingDefinition.of(type).stream()
                    .map(setting -> new Described(type, setting, annotation(type, setting))));
  }

  private static Setting annotation(Class<? extends Record> type, SettingDefinition setting) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.getName().equals(setting.component()))
        .findFirst()
        .orElseThrow()
        .getAnnotation(Setting.class);
  }

  @Test
  void scanFindsAllRecords() {
    assertThat(RECORDS)
        .containsExactlyInAnyOrder(
            BatchShape.class,
            ComputeKernel.class,
            Epochs.class,
            LearningRateSchedule.class,
            ModelConfig.class,
            Regularization.class,
            SamplingConfig.class,
            Saving.class,
            SessionSettings.class,
            Slicing.class,
            TextFormat.class,
            TextNormalization.class,
            TrainingConfig.class,
            VocabularySettings.class);
  }

  /** So they are also unique in each command. */
  @Test
  void namesAreUniqueInTheProgram() {
    assertThat(settings().map(described -> described.setting().name())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void nameIsInKebabCase(Described described) {
    assertThat(described.setting().name()).matches("[a-z]+(-[a-z]+)*");
  }

  /** A fragment that starts with a capital letter; {@code --help} adds the full stop. */
  @ParameterizedTest
  @MethodSource("settings")
  void helpIsAFragmentWithTheDefault(Described described) {
    assertThat(described.annotation().help()).matches("[A-Z].*[^.]");
    for (RunKind kind : RunKind.values()) {
      String help = described.setting().help(kind);
      assertThat(help).startsWith(described.annotation().help()).endsWith(".");
      if (described.setting().type() != Boolean.class) {
        assertThat(help).contains("default: " + described.setting().defaultText(kind));
        assertThat(described.setting().label()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void autoIsExplainedIfItCanBeChosen(Described described) {
    boolean canBeAuto =
        Arrays.stream(RunKind.values())
            .anyMatch(kind -> described.setting().isAuto(kind, Setting.AUTO));
    assertThat(described.annotation().auto().isEmpty()).isEqualTo(!canBeAuto);
  }

  /** {@link SettingDefinition#parse} throws if the default is out of range. */
  @ParameterizedTest
  @MethodSource("settings")
  void defaultIsInRangeAndRoundTrips(Described described) {
    SettingDefinition setting = described.setting();
    for (RunKind kind : RunKind.values()) {
      Object value = setting.parse(kind, setting.defaultText(kind));
      assertThat(setting.defaultValue(kind)).isEqualTo(value);
      boolean isOffOrAuto = value == null && !described.annotation().off().isEmpty();
      assertThat(setting.format(value))
          .isEqualTo(isOffOrAuto ? described.annotation().off() : setting.defaultText(kind));
      assertThat(value == null || setting.type().isInstance(value)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void valueOfOldRunsIsInRangeAndRoundTrips(Described described) {
    described
        .setting()
        .absentValue()
        .ifPresent(
            value -> {
              described.setting().check(value);
              assertThat(described.setting().format(value))
                  .isEqualTo(described.annotation().absent());
            });
  }

  @ParameterizedTest
  @MethodSource("settings")
  void offValueIsNull(Described described) {
    String off = described.annotation().off();
    if (!off.isEmpty()) {
      assertThat(described.setting().parse(RunKind.TRAIN, off)).isNull();
      assertThat(described.setting().format(null)).isEqualTo(off);
    }
  }

  /** The constructors check ranges themselves, whoever calls them. */
  @ParameterizedTest
  @MethodSource("settings")
  void recordRejectsValuesOutOfRange(Described described) {
    Setting range = described.annotation();
    Stream.of(range.min() - 1, range.above(), range.max() + 1, range.below())
        .filter(value -> !Double.isNaN(value))
        .forEach(
            value ->
                assertThatThrownBy(() -> buildWithNumber(described, value))
                    .as("%s = %s", described, value)
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith(described.setting().name() + " must be "));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void recordRejectsNumbersThatAreNotFinite(Described described) {
    if (described.setting().type() == Float.class || described.setting().type() == Double.class) {
      for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThatThrownBy(() -> buildWithNumber(described, value))
            .isInstanceOf(SettingException.class)
            .hasMessageStartingWith(described.setting().name() + " must be ");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void recordAcceptsTheSmallestAndTheLargestValue(Described described) {
    Setting range = described.annotation();
    Stream.of(range.min(), range.max())
        .filter(value -> !Double.isNaN(value))
        .filter(value -> !described.setting().format(value).equals(range.off()))
        .forEach(
            value -> assertThatNoException().isThrownBy(() -> buildWithNumber(described, value)));
  }

  /** A component of an object type must have a value, unless the setting can be off. */
  @ParameterizedTest
  @MethodSource("settings")
  void recordRejectsNullUnlessTheSettingCanBeOff(Described described) {
    Class<?> type =
        Arrays.stream(described.type().getRecordComponents())
            .filter(component -> component.getName().equals(described.setting().component()))
            .findFirst()
            .orElseThrow()
            .getType();
    if (!type.isPrimitive() && described.annotation().off().isEmpty()) {
      assertThatThrownBy(() -> build(described, null))
          .isInstanceOf(SettingException.class)
          .hasMessage(described.setting().name() + " must not be null");
    }
  }

  private static void buildWithNumber(Described described, double value) {
    Class<?> type = described.setting().type();
    Object converted =
        type == Integer.class
            ? (Object) (int) value
            : type == Long.class
                ? (Object) (long) value
                : type == Float.class ? (Object) (float) value : (Object) value;
    build(described, converted);
  }

  /** Creates a record with defaults for all components but one. */
  private static void build(Described described, Object value) {
    SettingValues defaults = new SettingValues(RunKind.TRAIN, Map.of());
    Map<String, Object> values = new HashMap<>();
    for (RecordComponent component : described.type().getRecordComponents()) {
      String name = component.getName();
      if (OTHER_VALUES.containsKey(name)) {
        values.put(name, OTHER_VALUES.get(name));
      } else if (component.getType() == TrainingConfig.class) {
        throw new AssertionError("no record nests a training");
      } else if (component.getType() == Saving.class) {
        values.put(name, Saving.checkpoints(1));
      } else if (component.getType().isRecord()) {
        values.put(
            name, defaults.build(component.getType().asSubclass(Record.class), OTHER_VALUES));
      }
    }
    values.put(described.setting().component(), value);
    defaults.build(described.type(), values);
  }
}
