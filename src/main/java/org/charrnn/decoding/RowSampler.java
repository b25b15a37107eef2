package org.charrnn.decoding;

import java.util.Optional;

/**
 * Samples the tokens of one text from softmax(logits / temperature), of which unlikely tokens may
 * be cut off. With the same random numbers it takes the same tokens as the sampler in a graph.
 *
 * <p>It takes the token with the largest logit + temperature * noise, where the noise has a Gumbel
 * distribution (Gumbel, 1954; <a href="https://arxiv.org/abs/1411.0030">Maddison et al., A*
 * Sampling</a>). Noise is computed only for tokens that it can make the largest.
 */
public final class RowSampler {
  /** The largest noise of random numbers in each of as many intervals. */
  private static final float[] MAX_NOISE = maxNoise(256);

  private final AllowedTokens allowed;
  private final Optional<LikelyTokens> cut;
  private final Optional<boolean[]> wordStarts;
  private final float temperature;

  /**
   * Creates a sampler.
   *
   * @param wordStarts if present, tokens are sampled only after the ids for which it is true,
   *     {@code [classes]}; after the others the most likely token is taken
   */
  public RowSampler(
      SamplingConfig sampling, AllowedTokens allowed, Optional<boolean[]> wordStarts) {
    this.allowed = allowed;
    this.wordStarts = wordStarts;
    temperature = (float) Math.min(sampling.temperature(), SamplingConfig.MAX_TEMPERATURE);
    cut =
        sampling.cuts() ? Optional.of(new LikelyTokens(sampling, allowed.ids())) : Optional.empty();
  }

  /**
   * Samples a token.
   *
   * @param logits {@code [classes]}
   * @param previous the token before it
   * @param random numbers in [0, 1)
   * @param first index of the number of token 0, which those of the other tokens follow
   * @throws org.charrnn.InputException if the logits are not finite
   */
  public int sample(float[] logits, int previous, float[] random, int first) {
    int mostLikely = allowed.mostLikely(logits);
    if (temperature == 0 || (wordStarts.isPresent() && !wordStarts.get()[previous])) {
      return mostLikely;
    }
    int[] ids = cut.isPresent() ? cut.get().of(logits) : allowed.ids();
    int best = mostLikely;
    float largest = logits[best] + temperature * noise(random[first + best]);
    for (int id : ids) {
      float u = random[first + id];
      if (logits[id] + temperature * MAX_NOISE[(int) (u * MAX_NOISE.length)] >= largest) {
        float score = logits[id] + temperature * noise(u);
        if (score > largest || (score == largest && id < best)) {
          largest = score;
          best = id;
        }
      }
    }
    return best;
  }

  private static float noise(float u) {
    return -(float) Math.log(-Math.log(u + RowRandom.HALF_STEP));
  }

  private static float[] maxNoise(int intervals) {
    float[] largest = new float[intervals];
    for (int i = 0; i < intervals - 1; i++) {
      largest[i] = noise((i + 1f) / intervals);
    }
    largest[intervals - 1] = noise(1 - 2 * RowRandom.HALF_STEP);
    return largest;
  }
}
