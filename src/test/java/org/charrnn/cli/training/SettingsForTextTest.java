package org.charrnn.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.charrnn.InputException;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.batches.Split;
import org.charrnn.text.batches.StreamBatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsForTextTest {
  private static final long[] ONE_FILE = {0};

  private static SettingValues given(Object... namesAndValues) {
    Map<String, Object> given = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new SettingValues(RunKind.TRAIN, given);
  }

  private static SettingValues derive(long size, Object... given) {
    return new SettingsForText(given(given), size, ONE_FILE).derive();
  }

  private static long steps(SettingValues values) {
    return (long) values.value(TrainingConfig.class, "steps");
  }

  private static List<Long> trainingSizes(SettingValues values, long size) {
    Saving saving = values.build(Saving.class);
    return Split.of(size, ONE_FILE, saving.validation(), saving.validationFrom())
        .training()
        .stream()
        .map(Split.Part::size)
        .toList();
  }

  private static long batches(SettingValues values, long size) {
    BatchShape batch = values.build(BatchShape.class);
    return StreamBatcher.batches(
        trainingSizes(values, size), batch.batchSize(), batch.sequenceLength());
  }

  @ParameterizedTest
  @CsvSource({
    "200, 0, 1, 33, 10000, 500",
    "650, 0, 1, 36, 10000, 500",
    "20000, 0, 10, 37, 10000, 500",
    "1115394, 0.05, 50, 50, 8440, 450",
    "1000000000, 0.0005, 50, 50, 40000, 1000",
    "10000000000, 0.00005, 50, 50, 40000, 1000",
  })
  void settingsAreChosenForTheLength(
      long size, double validation, int batchSize, int sequenceLength, long steps, long saveEvery) {
    SettingValues values = derive(size);
    Saving saving = values.build(Saving.class);
    assertThat(saving.validation()).isEqualTo(validation);
    assertThat(values.build(BatchShape.class)).isEqualTo(new BatchShape(batchSize, sequenceLength));
    assertThat(steps(values)).isEqualTo(steps);
    assertThat(saving.saveEvery()).isEqualTo(saveEvery);
  }

  /** Every length from a few tokens to ten billion. */
  @Test
  void anyLengthHasBatchesAndUsesNearlyAllOfTheText() {
    for (double length = 4; length < 1e10; length *= 1.01) {
      long size = (long) length;
      SettingValues values = derive(size);
      long batches = batches(values, size);
      assertThat(batches).as("batches of %d tokens", size).isPositive();
      BatchShape batch = values.build(BatchShape.class);
      long trained = trainingSizes(values, size).stream().mapToLong(Long::longValue).sum();
      long dropped = trained - batches * batch.size();
      // One token is never an input, and the streams of a text with cuts are whole windows.
      assertThat(dropped).as("of %d tokens", size).isLessThanOrEqualTo(4 + size / 25);
      assertThat(steps(values)).isBetween(5_000L, 40_000L);
      assertThat(values.build(Saving.class).validation() * size).isLessThanOrEqualTo(500_001);
    }
  }

  @Test
  void moreTextNeverMeansSmallerBatches() {
    int rows = 0;
    for (double length = 200; length < 1e10; length *= 1.1) {
      BatchShape batch = derive((long) length).build(BatchShape.class);
      assertThat(batch.batchSize()).isGreaterThanOrEqualTo(rows);
      rows = batch.batchSize();
    }
  }

  /** Any combination of given settings, which also fit each other as far as they can. */
  @Test
  void givenSettingsAreNeverChanged() {
    Map<String, List<?>> choices =
        Map.of(
            "batch-size", List.of(1, 7, 200),
            "sequence-length", List.of(1, 11, 300),
            "steps", List.of(0L, 3L, 100_000L),
            "save-every", List.of(1L, 5_000L),
            "validation", List.of(0.0, 0.3),
            "validation-from", List.of(ValidationFrom.END));
    List<Class<? extends Record>> types =
        List.of(BatchShape.class, TrainingConfig.class, Saving.class);
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> given = new HashMap<>();
      choices.forEach(
          (name, values) -> {
            if (random.nextBoolean()) {
              given.put(name, values.get(random.nextInt(values.size())));
            }
          });
      if (given.containsKey("validation-from")) {
        given.putIfAbsent("validation", 0.1);
      }
      long size = 200L + random.nextInt(2_000_000);
      SettingValues values =
          new SettingsForText(new SettingValues(RunKind.TRAIN, given), size, ONE_FILE).derive();
      given.forEach(
          (name, value) ->
              assertThat(types)
                  .filteredOn(type -> hasSetting(type, name))
                  .singleElement()
                  .satisfies(type -> assertThat(values.value(type, name)).isEqualTo(value)));
    }
  }

  private static boolean hasSetting(Class<? extends Record> type, String name) {
    return org.charrnn.settings.SettingDefinition.of(type).stream()
        .anyMatch(setting -> setting.name().equals(name));
  }

  @Test
  void whatIsNotGivenFitsWhatIsGiven() {
    assertThat(derive(650, "batch-size", 50).build(BatchShape.class))
        .isEqualTo(new BatchShape(50, 12));
    assertThat(derive(20_000, "sequence-length", 5_000).build(BatchShape.class))
        .isEqualTo(new BatchShape(3, 5_000));
    assertThat(derive(2_000, "slices", 4, "shards", 2).build(BatchShape.class).batchSize())
        .isEqualTo(8);
    assertThat(derive(2_000, "steps", 300L).build(Saving.class).saveEvery()).isEqualTo(50);
  }

  @Test
  void epochsAreStepsOfAllBatches() {
    SettingValues values = derive(1_000_000, "epochs", 3);
    assertThat(steps(values)).isEqualTo(3 * batches(values, 1_000_000));
    assertThatThrownBy(() -> derive(1_000_000, "epochs", 3, "steps", 4L))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not both");
  }

  @ParameterizedTest
  @ValueSource(longs = {200, 39_999})
  void shortTextHasNoValidationByDefault(long size) {
    assertThat(derive(size).build(Saving.class).validation()).isZero();
    assertThat(derive(size, "validation", 0.1).build(Saving.class).validation()).isEqualTo(0.1);
    assertThatThrownBy(() -> derive(size, "validation-from", ValidationFrom.END))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("0 by default for so short a text; give that, too");
    assertThatThrownBy(() -> derive(size, "patience", 2))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("0 by default for so short a text; give that, too");
  }

  @Test
  void chosenSettingsAreDescribedAsOptions() {
    SettingValues given = given("steps", 300L);
    SettingValues all = new SettingsForText(given, 20_000, ONE_FILE).derive();
    assertThat(SettingsForText.describe(given, all))
        .hasValue(
            "chosen for this text: --batch-size 10 --sequence-length 37 --save-every 50"
                + " --validation 0");
    assertThat(SettingsForText.describe(all, all)).isEmpty();
  }
}
