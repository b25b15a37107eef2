package org.charrnn.sample;

import java.util.Arrays;

/**
 * Picks a token from logits: the likeliest, or one drawn from softmax(logits / temperature), cut to
 * its top k, then to its nucleus (top p; Holtzman et al., 2019, "The Curious Case of Neural Text
 * Degeneration").
 *
 * <p>Works in buffers of its own: not for use from several threads at once.
 */
public final class TokenSampler {
  private final SamplingConfig config;
  private final AllowedTokens allowed;
  private final boolean ranked; // the tokens are cut, so they must be put in order
  private final int[] candidates; // ids; by likelihood if ranked
  private final double[] weights; // probability of each candidate over that of the likeliest
  private final long[] sortKeys;

  /**
   * Makes a sampler.
   *
   * @param forbidden ids that are never picked, such as the unknown symbol's; the others share
   *     their probability
   */
  public TokenSampler(SamplingConfig config, int vocabularySize, int... forbidden) {
    this.config = config;
    allowed = new AllowedTokens(vocabularySize, forbidden);
    ranked = config.topK() > 0 || config.topP() < 1;
    candidates = allowed.ids().clone();
    weights = new double[candidates.length];
    sortKeys = new long[ranked ? candidates.length : 0];
  }

  /**
   * Returns the likeliest token, of equals the one with the lowest id.
   *
   * @param logits {@code [classes]}
   * @throws org.charrnn.InputException if the logits are not numbers
   */
  public int greedy(float[] logits) {
    return allowed.likeliest(logits);
  }

  /** Returns a token, each as likely as the others. */
  public int uniform(double u) {
    return allowed.uniform(u);
  }

  /**
   * Draws a token as the configuration says.
   *
   * @param logits {@code [classes]}, of any size: -Infinity is a token that never comes
   * @param u a random number in [0, 1); the same one draws the same token
   * @throws org.charrnn.InputException if the logits are not numbers
   */
  public int sample(float[] logits, double u) {
    int likeliest = greedy(logits);
    if (config.temperature() == 0) {
      return likeliest;
    }
    int count = candidates.length;
    if (ranked) {
      rank(logits);
      count = config.topK() > 0 ? Math.min(config.topK(), count) : count;
    }
    double max = logits[likeliest];
    double mass = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = Math.exp((logits[candidates[i]] - max) / config.temperature());
      mass += weights[i];
    }
    if (config.topP() < 1) {
      double nucleus = config.topP() * mass;
      mass = 0;
      count = 0;
      while (mass < nucleus) {
        mass += weights[count++];
      }
    }
    return draw(u * mass);
  }

  /**
   * Orders the candidates from the likeliest on, equals by id. A key holds the logit above the id,
   * so that plain numbers are sorted and nothing is allocated.
   */
  private void rank(float[] logits) {
    int[] ids = allowed.ids();
    for (int i = 0; i < ids.length; i++) {
      int bits = Float.floatToIntBits(logits[ids[i]] + 0f); // -0 becomes 0
      int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // as an int, ordered as the float
      sortKeys[i] = ((long) ~ascending << Integer.SIZE) | ids[i];
    }
    Arrays.sort(sortKeys);
    for (int i = 0; i < sortKeys.length; i++) {
      candidates[i] = (int) sortKeys[i];
    }
  }

  /**
   * Returns the candidate at a place among the weights laid end to end. The place lies before the
   * end: a double times the largest one below 1 is below the double, rounded or not.
   */
  private int draw(double place) {
    int i = 0;
    double end = weights[0];
    while (end <= place) {
      end += weights[++i];
    }
    return candidates[i];
  }
}
