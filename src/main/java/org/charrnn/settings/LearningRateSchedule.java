package org.charrnn.settings;

/**
 * The learning rate of each epoch: constant at first, then multiplied by a factor after every
 * epoch, as in char-rnn.
 *
 * @param learningRate Adam's learning rate in the first epochs, above 0
 * @param decayRate factor after each epoch, above 0, at most 1
 * @param decayAfter epochs before the decay starts, at least 0
 */
public record LearningRateSchedule(
    @Setting(
            label = "RATE",
            defaultValue = "0.002",
            lab = "0.1",
            above = 0,
            help = "Adam's learning rate")
        float learningRate,
    @Setting(
            label = "FACTOR",
            defaultValue = "0.97",
            above = 0,
            max = 1,
            help = "Factor that multiplies the learning rate after each epoch; 1 keeps it constant")
        float decayRate,
    @Setting(defaultValue = "10", min = 0, help = "Epochs before the decay starts")
        int decayAfter) {
  public LearningRateSchedule {
    SettingChecks.check(LearningRateSchedule.class, learningRate, decayRate, decayAfter);
  }

  /** A rate that does not decay. */
  public static LearningRateSchedule constant(float learningRate) {
    return new LearningRateSchedule(learningRate, 1, 0);
  }

  /**
   * Returns the learning rate of an epoch.
   *
   * @param epoch counted from 0
   */
  public float rate(long epoch) {
    double decays = Math.max(0, epoch + 1 - Math.max(decayAfter, 1L));
    return (float) (learningRate * Math.pow(decayRate, decays));
  }
}
