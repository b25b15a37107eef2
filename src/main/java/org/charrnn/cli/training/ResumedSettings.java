package org.charrnn.cli.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.charrnn.InputException;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingChange;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;

/** The settings of a resumed training: those of the run, unless others are given. */
public final class ResumedSettings {
  private static final String VALIDATION = "validation";
  private static final String VALIDATION_FROM = "validation-from";

  private ResumedSettings() {}

  /**
   * Returns the training settings of a run with others in their place.
   *
   * @param given settings that can be changed; of a number of epochs, the steps follow later
   * @throws SettingException if they do not go together
   * @throws InputException if one would have no effect
   */
  static TrainingConfig resolve(RunKind kind, TrainingConfig run, SettingValues given) {
    TrainingConfig training =
        given
            .orElse(SettingValues.of(kind, run))
            .build(TrainingConfig.class, Map.of("schedule", run.schedule().with(given)));
    UnusedSettings.reject(given, training.schedule());
    requireValidation(training.saving(), given);
    return training;
  }

  private static void requireValidation(Saving saving, SettingValues given) {
    if (saving.validation() > 0) {
      return;
    }
    String reason = "needs a validation, but that is 0";
    if (given.isGiven(VALIDATION)) {
      UnusedSettings.reject(given, "has no effect with --validation 0", VALIDATION_FROM);
      if (saving.patience() > 0) {
        throw new SettingException(
            "patience", "of %d %s; give --patience 0, too".formatted(saving.patience(), reason));
      }
      return;
    }
    boolean hasPatience = given.isGiven("patience") && saving.patience() > 0;
    for (String setting : List.of("patience", VALIDATION_FROM)) {
      if (setting.equals("patience") ? hasPatience : given.isGiven(setting)) {
        throw new SettingException(setting, reason + " in the run; give --validation, too");
      }
    }
  }

  /** Whether a run continues from a checkpoint with another part of its text for validation. */
  static boolean changesSplit(RunConfig config, long step) {
    return stepsOfNewSplits(config).anyMatch(other -> other == step);
  }

  /** Whether all validations since a step are of the same text. */
  static boolean keepsSplitSince(RunConfig config, long step) {
    return stepsOfNewSplits(config).noneMatch(other -> other >= step);
  }

  /** The last step from which a run used another part of its text for validation than before. */
  public static OptionalLong lastNewSplit(RunConfig config) {
    return stepsOfNewSplits(config).max();
  }

  private static LongStream stepsOfNewSplits(RunConfig config) {
    return config.changes().stream()
        .filter(change -> Set.of(VALIDATION, VALIDATION_FROM).contains(change.setting()))
        .mapToLong(SettingChange::step);
  }

  /**
   * Returns lines about the settings that differ from those of the run.
   *
   * @param saved configuration of the run, whose last changes may be after the step
   * @param resumed configuration of the resumed training
   */
  static List<String> describe(long step, RunConfig saved, RunConfig resumed) {
    TrainingConfig then = saved.at(step).training();
    List<String> lines = new ArrayList<>();
    addChanges(lines, "as at step", SettingChange.between(step, saved.training(), then));
    addChanges(lines, "from step", SettingChange.between(step, then, resumed.training()));
    if (step > 0 && resumed.training().saving().validation() > 0 && changesSplit(resumed, step)) {
      lines.add("the training may have read parts of the new validation text before step " + step);
    }
    return lines;
  }

  private static void addChanges(List<String> lines, String when, List<SettingChange> changes) {
    if (!changes.isEmpty()) {
      String all = changes.stream().map(SettingChange::toString).collect(Collectors.joining(", "));
      lines.add("%s %d: %s".formatted(when, changes.get(0).step(), all));
    }
  }
}
