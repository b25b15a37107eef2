package org.charrnn.settings;

/**
 * How often a training reads its text, if the number of steps is not given.
 *
 * @param epochs passes over the training text, at least 1
 */
public record Epochs(
    @Setting(
            defaultValue = Setting.AUTO,
            min = 1,
            resumable = true,
            auto = "20, but 5,000 (10,000 for a text that is learned by heart) to 40,000 steps",
            help = "Passes over the training text, unless the number of steps is given")
        int epochs) {
  public Epochs {
    SettingChecks.check(Epochs.class, epochs);
  }
}
