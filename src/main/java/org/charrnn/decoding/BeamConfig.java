package org.charrnn.decoding;

import org.charrnn.settings.SettingException;

/**
 * How a beam search searches.
 *
 * @param width beginnings to keep, at least 1
 * @param noRepeat no sequence of this many tokens occurs twice in a text with its prime; 0 allows
 *     all
 * @param lengthPenalty texts of different lengths are compared by log probability / length ^ this:
 *     0 prefers short texts, 1 compares the mean log probability of a token
 */
public record BeamConfig(int width, int noRepeat, double lengthPenalty) {
  /** Texts that end early are compared by the mean log probability of their tokens. */
  public static final double DEFAULT_LENGTH_PENALTY = 1;

  public BeamConfig {
    if (width < 1) {
      throw new SettingException("beam", "must be at least 1, got " + width);
    }
    if (noRepeat < 0) {
      throw new SettingException("no-repeat", "must be at least 0, got " + noRepeat);
    }
    if (!(lengthPenalty >= 0 && lengthPenalty < Double.POSITIVE_INFINITY)) {
      throw new SettingException(
          "length-penalty", "must be finite and at least 0, got " + lengthPenalty);
    }
  }

  /** Returns a search in which texts may repeat themselves. */
  public static BeamConfig ofWidth(int width) {
    return new BeamConfig(width, 0, DEFAULT_LENGTH_PENALTY);
  }

  double score(double logProbability, int length) {
    return logProbability / Math.pow(length, lengthPenalty);
  }
}
