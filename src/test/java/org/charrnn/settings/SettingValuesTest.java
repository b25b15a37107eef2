package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.text.Level;
import org.charrnn.text.VocabularySettings;
import org.junit.jupiter.api.Test;

class SettingValuesTest {
  private static SettingValues values(RunKind kind, Object... namesAndValues) {
    Map<String, Object> given = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new SettingValues(kind, given);
  }

  @Test
  void valuesThatAreNotGivenAreDefaultsOfTheKindOfRun() {
    assertThat(values(RunKind.TRAIN).build(Regularization.class))
        .isEqualTo(new Regularization(0, 0, 0.02f, 5f));
    assertThat(values(RunKind.TRAIN).value(BatchShape.class, "sequence-length")).isNull();
    assertThat(values(RunKind.LAB).value(BatchShape.class, "sequence-length")).isEqualTo(10);
    assertThat(values(RunKind.TRAIN).value(LearningRateSchedule.class, "learning-rate"))
        .isEqualTo(0.002f);
    assertThat(values(RunKind.LAB).value(LearningRateSchedule.class, "learning-rate"))
        .isEqualTo(0.1f);
  }

  @Test
  void givenValuesReplaceDefaults() {
    SettingValues values = values(RunKind.TRAIN, "dropout", 0.5f);
    assertThat(values.build(Regularization.class))
        .isEqualTo(new Regularization(0.5f, 0, 0.02f, 5f));
    assertThat(values.isGiven("dropout")).isTrue();
    assertThat(values.isGiven("clip")).isFalse();
  }

  @Test
  void offIsNull() {
    SettingValues values = values(RunKind.TRAIN, "clip", null);
    assertThat(values.isGiven("clip")).isTrue();
    assertThat(values.build(Regularization.class)).isEqualTo(new Regularization(0, 0, 0.02f, null));
    assertThat(values(RunKind.TRAIN).build(Regularization.class))
        .isEqualTo(new Regularization(0, 0, 0.02f, 5f));
  }

  /** Off and derived values are both null. */
  @Test
  void derivedValueDoesNotReplaceOff() {
    SettingValues off = values(RunKind.TRAIN, "vocabulary-size", null);
    assertThat(off.derive("vocabulary-size", 7).build(VocabularySettings.class))
        .isEqualTo(VocabularySettings.all(Level.CHARACTER));
    assertThat(
            values(RunKind.TRAIN)
                .derive("vocabulary-size", 7)
                .value(VocabularySettings.class, "vocabulary-size"))
        .isEqualTo(7);
  }

  @Test
  void derivedValueReplacesAutoAndNothingElse() {
    Map<String, Object> classes = Map.of("classes", 7);
    ModelConfig derived =
        values(RunKind.TRAIN).derive("embedding", 4).build(ModelConfig.class, classes);
    assertThat(derived).isEqualTo(new ModelConfig(CellKind.LSTM, 7, 128, 2, 4));

    ModelConfig givenAuto =
        values(RunKind.TRAIN, "embedding", null)
            .derive("embedding", 4)
            .build(ModelConfig.class, classes);
    assertThat(givenAuto.embeddingSize()).isEqualTo(4);

    ModelConfig given =
        values(RunKind.TRAIN, "embedding", 9)
            .derive("embedding", 4)
            .derive("layers", 5)
            .build(ModelConfig.class, classes);
    assertThat(given).isEqualTo(new ModelConfig(CellKind.LSTM, 7, 128, 2, 9));
  }

  @Test
  void otherComponentsAreGivenByNameAndReplaceSettings() {
    ModelConfig config =
        values(RunKind.TRAIN, "layers", 9)
            .build(
                ModelConfig.class,
                Map.of("cell", CellKind.GRU, "classes", 7, "layers", 1, "embeddingSize", 0));
    assertThat(config).isEqualTo(new ModelConfig(CellKind.GRU, 7, 128, 1, 0));
  }

  @Test
  void recordRejectsValuesThatDoNotFitTogether() {
    assertThatThrownBy(() -> values(RunKind.TRAIN, "local-steps", 2).build(Slicing.class))
        .isInstanceOf(SettingException.class)
        .hasMessage("local-steps averages slices and needs at least 2 of them");
  }

  @Test
  void recordRejectsValueOutOfRange() {
    assertThatThrownBy(
            () ->
                values(RunKind.TRAIN, "batch-size", 0)
                    .derive("sequence-length", 1)
                    .build(BatchShape.class))
        .isInstanceOf(SettingException.class)
        .hasMessage("batch-size must be at least 1, got 0");
  }
}
