package org.charrnn.model.training;

import java.io.Serializable;

/**
 * Statistics of some training steps, from before each step changed the weights.
 *
 * @param lossSumNats sum of the steps' losses, each the mean cross entropy of a token, in nats
 * @param maxGradientNorm largest global norm of a step's gradients, before clipping
 */
public record StepStatistics(double lossSumNats, float maxGradientNorm) implements Serializable {
  /** The statistics of no steps. */
  public static final StepStatistics NONE = new StepStatistics(0, 0);

  /** Returns the statistics of these steps and of others. */
  public StepStatistics plus(StepStatistics others) {
    return new StepStatistics(
        lossSumNats + others.lossSumNats, Math.max(maxGradientNorm, others.maxGradientNorm));
  }
}
