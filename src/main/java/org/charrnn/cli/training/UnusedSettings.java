package org.charrnn.cli.training;

import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.settings.Decay;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;

/** Rejects given settings that would have no effect because of others. */
public final class UnusedSettings {
  private UnusedSettings() {}

  /**
   * Checks the settings of a new training.
   *
   * @throws InputException if one was given in vain
   */
  public static void reject(SettingValues given) {
    reject(given, LearningRateSchedule.of(given));
    if (Double.valueOf(0).equals(given.value(Saving.class, "validation"))) {
      reject(given, "has no effect with --validation 0", "validation-from");
    }
  }

  /**
   * Checks the settings that were given for a schedule.
   *
   * @param schedule resolved
   * @throws InputException if one was given in vain
   */
  static void reject(SettingValues given, LearningRateSchedule schedule) {
    if (schedule.decay() != Decay.EPOCHS) {
      reject(given, "has no effect with --decay " + schedule.decay(), "decay-rate", "decay-after");
    } else if (schedule.decayRate() == 1) {
      reject(given, "has no effect with --decay-rate 1", "decay-after");
    }
  }

  static void reject(SettingValues given, String reason, String... settings) {
    Stream.of(settings)
        .filter(given::isGiven)
        .findFirst()
        .ifPresent(
            setting -> {
              throw new InputException("--" + setting + " " + reason);
            });
  }
}
