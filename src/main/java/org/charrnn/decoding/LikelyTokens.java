package org.charrnn.decoding;

import java.util.Arrays;

/**
 * The tokens of one text that can be sampled: the top k, then of these the nucleus (top p; <a
 * href="https://arxiv.org/abs/1904.09751">Holtzman et al., The Curious Case of Neural Text
 * Degeneration</a>). Of equally likely ones those with the lowest ids stay.
 */
final class LikelyTokens {
  private final SamplingConfig sampling;
  private final int[] allowed;
  private final float inverseTemperature;

  /**
   * @param allowed ids in ascending order
   */
  LikelyTokens(SamplingConfig sampling, int[] allowed) {
    this.sampling = sampling;
    this.allowed = allowed;
    inverseTemperature =
        1 / Math.max((float) sampling.temperature(), SamplingConfig.MIN_TEMPERATURE);
  }

  /**
   * Returns ids in descending order of their logits.
   *
   * @param logits {@code [classes]}, finite
   */
  int[] of(float[] logits) {
    float largest = logits[allowed[0]];
    for (int id : allowed) {
      largest = Math.max(largest, logits[id]);
    }
    if (sampling.topK() == 0) {
      return nucleus(logits, largest, allowed, descending(logits, leastOfNucleus(largest)));
    }
    int[] order = descending(logits, Float.NEGATIVE_INFINITY);
    int[] top = Arrays.copyOf(order, Math.min(sampling.topK(), order.length));
    return sampling.topP() < 1 ? nucleus(logits, largest, top, top) : top;
  }

  /**
   * Returns a logit below which no token belongs to the nucleus of all: all such tokens together
   * have less than 1 - p. It saves sorting a large vocabulary.
   */
  private float leastOfNucleus(float largest) {
    double weight = (1 - sampling.topP()) / (2 * allowed.length); // twice as safe as needed
    return (float) (largest + Math.log(weight) / inverseTemperature);
  }

  /** Returns the allowed ids with at least some logit, the most likely first. */
  private int[] descending(float[] logits, float least) {
    long[] keys = new long[allowed.length]; // which sort by logit, then by id
    int count = 0;
    for (int id : allowed) {
      if (logits[id] >= least) {
        int bits = Float.floatToIntBits(logits[id] + 0f); // -0 is 0
        int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
        keys[count++] = (long) ~ascending << Integer.SIZE | id;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> (int) keys[i]);
    return ids;
  }

  /**
   * Returns the ids that together have the probability p.
   *
   * @param candidates of which it is the probability
   * @param order the most likely ones, as many as can be needed
   */
  private int[] nucleus(float[] logits, float largest, int[] candidates, int[] order) {
    double needed = 0;
    for (int id : candidates) {
      needed += weight(logits[id] - largest);
    }
    needed *= sampling.topP();
    double reached = 0;
    int count = 0;
    while (count < order.length && reached < needed) {
      reached += weight(logits[order[count++]] - largest);
    }
    return Arrays.copyOf(order, count);
  }

  /** Returns a probability relative to that of the most likely token. */
  private double weight(float difference) {
    return (float) Math.exp(difference * inverseTemperature);
  }
}
