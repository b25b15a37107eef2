package org.charrnn.settings;

/**
 * How a network is trained.
 *
 * @param batch size of the batches
 * @param steps batches to train on in total, at least 0
 * @param schedule the learning rate
 * @param regularization dropout and clipping
 * @param saving validation and checkpoints
 * @param seed determines the initial weights, dropout and samples
 */
public record TrainingConfig(
    BatchShape batch,
    @Setting(
            defaultValue = Setting.AUTO,
            lab = "500",
            min = 0,
            resumable = true,
            auto = "as many as the epochs take",
            help = "Total number of training steps, one batch per step")
        long steps,
    LearningRateSchedule schedule,
    Regularization regularization,
    Saving saving,
    @Setting(
            defaultValue = "1",
            lab = "1",
            help = "Random seed of the initial weights, dropout and samples")
        long seed) {
  public TrainingConfig {
    SettingChecks.check(TrainingConfig.class, batch, steps, schedule, regularization, saving, seed);
  }

  /** The configuration of a lab: no decay, dropout, clipping or validation. */
  public static TrainingConfig lab(
      BatchShape windows, long steps, float learningRate, long saveEvery, long seed) {
    return new TrainingConfig(
        windows,
        steps,
        LearningRateSchedule.constant(learningRate),
        Regularization.NONE,
        Saving.checkpoints(saveEvery),
        seed);
  }

  /** The same configuration with another number of steps. */
  public TrainingConfig withSteps(long newSteps) {
    return new TrainingConfig(batch, newSteps, schedule, regularization, saving, seed);
  }

  /** The same configuration with checkpoints at other steps. */
  public TrainingConfig withSaveEvery(long newSaveEvery) {
    return new TrainingConfig(
        batch, steps, schedule, regularization, saving.withSaveEvery(newSaveEvery), seed);
  }
}
