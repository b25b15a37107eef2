package org.charrnn.settings;

/**
 * The learning rates of a training.
 *
 * @param schedule that they follow
 * @param steps of the whole training, which the schedule may span
 */
public record LearningRates(LearningRateSchedule schedule, long steps) {
  /** The rates of a training. */
  public static LearningRates of(TrainingConfig training) {
    return new LearningRates(training.schedule(), training.steps());
  }

  /**
   * Returns the learning rate of a step.
   *
   * @param step counted from 0
   * @param stepsPerEpoch steps in an epoch
   */
  public float rate(long step, long stepsPerEpoch) {
    return schedule.rate(step, stepsPerEpoch, steps);
  }
}
