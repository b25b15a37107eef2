package org.charrnn.settings;

/**
 * When a training validates, saves and stops.
 *
 * @param validation part of the text, at its end, that is kept for validation, 0 to below 1
 * @param saveEvery steps between checkpoints, each with a validation; at least 1
 * @param patience validations in a row without a better loss after which the training stops; 0
 *     never stops it
 * @param sampleLength tokens of the text that is sampled at each checkpoint, at least 0
 */
public record Saving(
    @Setting(
            label = "PART",
            defaultValue = Setting.AUTO,
            min = 0,
            below = 1,
            auto = "0.05, at most 500,000 characters or words",
            help = "Part of the text, at its end, that is used for validation; 0 for none")
        double validation,
    @Setting(
            defaultValue = "500",
            lab = "100",
            min = 1,
            help = "Steps between checkpoints and between validations")
        long saveEvery,
    @Setting(
            defaultValue = "0",
            min = 0,
            help = "Stop after N validations in a row without a better loss; 0 never stops")
        int patience,
    @Setting(
            defaultValue = "200",
            absent = "0",
            min = 0,
            help =
                "Length of the sample at each checkpoint, in characters or words; 0 for no sample")
        int sampleLength) {
  public Saving {
    SettingChecks.check(Saving.class, validation, saveEvery, patience, sampleLength);
  }

  /** Checkpoints without validation and samples. */
  public static Saving checkpoints(long saveEvery) {
    return new Saving(0, saveEvery, 0, 0);
  }
}
