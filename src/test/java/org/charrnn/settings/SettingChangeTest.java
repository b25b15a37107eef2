package org.charrnn.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingChangeTest {
  private static final TrainingConfig BEFORE =
      new TrainingConfig(
          new BatchShape(2, 3),
          10,
          LearningRateSchedule.cosine(0.1f),
          new Regularization(0, 0, 0, 5f),
          Saving.checkpoints(4),
          1);
  private static final TrainingConfig AFTER =
      new TrainingConfig(
          new BatchShape(2, 3),
          20,
          LearningRateSchedule.epochs(0.05f, 0.9f, 0),
          new Regularization(0.5f, 0, 0, null),
          new Saving(0.2, ValidationFrom.SPREAD, 4, 0, 0),
          1);

  @Test
  void changesAreInTheOrderOfSettings() {
    assertThat(SettingChange.between(7, BEFORE, AFTER).stream().map(SettingChange::toString))
        .containsExactly(
            "steps 10 -> 20",
            "learning-rate 0.1 -> 0.05",
            "decay cosine -> epochs",
            "decay-rate 1 -> 0.9",
            "dropout 0 -> 0.5",
            "clip 5 -> 0",
            "validation 0 -> 0.2",
            "validation-from end -> spread");
    assertThat(SettingChange.between(7, BEFORE, AFTER)).allMatch(change -> change.step() == 7);
    assertThat(SettingChange.between(7, BEFORE, BEFORE)).isEmpty();
  }

  @Test
  void changesAreUndone() {
    List<SettingChange> changes = new ArrayList<>(SettingChange.between(7, BEFORE, AFTER));
    assertThat(SettingChange.undo(changes, AFTER)).isEqualTo(BEFORE);
    TrainingConfig later = AFTER.withSteps(50);
    changes.addAll(SettingChange.between(20, AFTER, later));
    assertThat(SettingChange.undo(changes, later)).isEqualTo(BEFORE);
    assertThat(SettingChange.undo(List.of(), AFTER)).isEqualTo(AFTER);
  }

  /** As they are read from a file, a number has another type. */
  @Test
  void valuesAreTyped() {
    assertThat(new SettingChange(1, "learning_rate", 0.1, "0.05"))
        .isEqualTo(new SettingChange(1, "learning-rate", 0.1f, 0.05f));
    assertThat(new SettingChange(1, "steps", 10, 20L).from()).isEqualTo(10L);
    assertThat(new SettingChange(1, "decay", "cosine", "epochs").to()).isEqualTo(Decay.EPOCHS);
    assertThat(new SettingChange(1, "clip", 5, null).to()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, steps, 1, 2, 'step must be at least 0, got -1'",
    "1, speed, 1, 2, there is no setting 'speed'",
    "1, , 1, 2, there is no setting 'null'",
    "1, steps, 1, , steps must not be null",
    "1, steps, auto, 2, steps must not be auto",
    "1, steps, 1, -2, 'steps must be at least 0, got -2'",
    "1, dropout, 0, x, dropout must be a number"
  })
  void damagedChangesAreRejected(
      long step, String setting, String from, String to, String message) {
    assertThatThrownBy(() -> new SettingChange(step, setting, from, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
