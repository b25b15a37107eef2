package org.charrnn.settings;

/**
 * When a training validates, saves and stops.
 *
 * @param validation part of the text that is kept for validation, 0 to below 1
 * @param validationFrom which part that is
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
            auto =
                "0.05, at most 500,000 characters or words; 0 for a text of fewer than 40,000, which"
                    + " is learned by heart",
            resumable = true,
            help = "Part of the text that is used for validation, never for training; 0 for none")
        double validation,
    @Setting(
            label = "PLACE",
            defaultValue = "spread",
            absent = "end",
            resumable = true,
            help = "Where that part is: spread in pieces over all files, or at the end of the text")
        ValidationFrom validationFrom,
    @Setting(
            defaultValue = Setting.AUTO,
            lab = "100",
            min = 1,
            auto = "a twentieth of all steps, from 50 to 1,000",
            resumable = true,
            help = "Steps between checkpoints, each with a validation if there is one")
        long saveEvery,
    @Setting(
            defaultValue = "0",
            min = 0,
            resumable = true,
            help = "Stop after N validations in a row without a better loss; 0 never stops")
        int patience,
    @Setting(
            defaultValue = "200",
            absent = "0",
            min = 0,
            resumable = true,
            help =
                "Length of the sample at each checkpoint, in characters or words; 0 for no sample")
        int sampleLength) {
  public Saving {
    SettingChecks.check(
        Saving.class, validation, validationFrom, saveEvery, patience, sampleLength);
  }

  /** Checkpoints without validation and samples. */
  public static Saving checkpoints(long saveEvery) {
    return new Saving(0, ValidationFrom.END, saveEvery, 0, 0);
  }

  /** The same with checkpoints at other steps. */
  Saving withSaveEvery(long newSaveEvery) {
    return new Saving(validation, validationFrom, newSaveEvery, patience, sampleLength);
  }
}
