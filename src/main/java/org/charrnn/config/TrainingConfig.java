package org.charrnn.config;

import org.charrnn.InputException;

/**
 * How a network is trained.
 *
 * @param batchSize rows of a batch: streams of text, or the lab's windows; at least 1
 * @param sequenceLength time steps unrolled: the window of truncated backpropagation; at least 1
 * @param steps batches to train on in all, at least 0
 * @param learningRate Adam's at the start, above 0
 * @param decayRate what the learning rate is multiplied by at the end of each epoch, above 0, at
 *     most 1
 * @param decayAfter epochs that the first learning rate is kept, at least 0
 * @param dropout probability that a value between two layers is dropped, 0 to below 1
 * @param clip the largest norm of all gradients together, above 0; null does not clip
 * @param validation part of the text that is kept to validate, 0 to below 1
 * @param saveEvery steps from one checkpoint, and validation, to the next, at least 1
 * @param patience validations in a row without a better loss that end the training; 0 for no end
 * @param sampleLength tokens of the text that is written at each checkpoint, at least 0
 * @param seed decides the first weights and what is dropped
 */
public record TrainingConfig(
    int batchSize,
    int sequenceLength,
    long steps,
    float learningRate,
    float decayRate,
    int decayAfter,
    float dropout,
    Float clip,
    double validation,
    long saveEvery,
    int patience,
    int sampleLength,
    long seed) {

  public TrainingConfig {
    require(batchSize >= 1, "--batch-size must be at least 1, got " + batchSize);
    require(sequenceLength >= 1, "--sequence-length must be at least 1, got " + sequenceLength);
    require(steps >= 0, "--steps must not be negative, got " + steps);
    require(
        learningRate > 0 && learningRate < Float.POSITIVE_INFINITY,
        "--learning-rate must be above 0, got " + learningRate);
    require(
        decayRate > 0 && decayRate <= 1,
        "--decay-rate must be above 0, at most 1, got " + decayRate);
    require(decayAfter >= 0, "--decay-after must not be negative, got " + decayAfter);
    require(dropout >= 0 && dropout < 1, "--dropout must be from 0 to below 1, got " + dropout);
    require(clip == null || clip > 0, "--clip must be above 0, got " + clip);
    require(
        validation >= 0 && validation < 1,
        "--validation must be from 0 to below 1, got " + validation);
    require(saveEvery >= 1, "--save-every must be at least 1, got " + saveEvery);
    require(patience >= 0, "--patience must not be negative, got " + patience);
    require(sampleLength >= 0, "--sample-length must not be negative, got " + sampleLength);
  }

  /** As the lab trains: every step on all windows, and nothing that keeps it in bounds. */
  public static TrainingConfig lab(
      int windows, int sequenceLength, int steps, float learningRate, long seed) {
    return new TrainingConfig(
        windows,
        sequenceLength,
        steps,
        learningRate,
        1,
        0,
        0,
        null,
        0,
        Math.max(steps, 1),
        0,
        0,
        seed);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new InputException(message);
    }
  }

  /**
   * The learning rate in an epoch.
   *
   * @param epoch counted from 0
   */
  public float learningRate(long epoch) {
    double decays = Math.max(0, epoch + 1 - Math.max(decayAfter, 1L));
    return (float) (learningRate * Math.pow(decayRate, decays));
  }

  /** The same with another number of steps. */
  public TrainingConfig withSteps(long newSteps) {
    return new TrainingConfig(
        batchSize,
        sequenceLength,
        newSteps,
        learningRate,
        decayRate,
        decayAfter,
        dropout,
        clip,
        validation,
        saveEvery,
        patience,
        sampleLength,
        seed);
  }
}
