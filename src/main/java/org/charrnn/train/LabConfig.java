package org.charrnn.train;

import org.charrnn.config.TrainingConfig;

/**
 * How the lab is trained.
 *
 * @param sequenceLength characters in a window: time steps unrolled, at least 1
 * @param learningRate Adam's, above 0
 * @param steps how often all windows are trained on, at least 0
 * @param seed decides the first weights
 */
public record LabConfig(int sequenceLength, float learningRate, int steps, long seed) {
  /** The lab's text, a saying that goes back to Antoine de Saint-Exupery. */
  public static final String SENTENCE =
      "if you want to build a ship, don't drum up people together to collect wood and don't "
          + "assign them tasks and work, but rather teach them to long for the endless immensity "
          + "of the sea.";

  public LabConfig {
    TrainingConfig.lab(1, sequenceLength, steps, learningRate, seed); // checks them
  }

  /** The same in the words of every training. */
  public TrainingConfig training(int windows) {
    return TrainingConfig.lab(windows, sequenceLength, steps, learningRate, seed);
  }
}
