package org.charrnn.cli.minutes;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * Finds the hidden size for a time. A large network learns more from each token, a small one reads
 * more tokens in the time. The best of the measured trainings had read some times as many tokens as
 * they had weights that are multiplied for a token.
 */
final class NetworkSearch {
  static final int[] SIZES = {
    64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1280, 1536, 2048
  };

  /** Measured first: the default. */
  private static final int FIRST = 128;

  /** The exponent of the weights by which a token takes longer, before two sizes are measured. */
  private static final double USUAL_EXPONENT = 0.8;

  private final double seconds;
  private final double tokensPerWeight;
  private final IntToDoubleFunction weights;
  private final IntToDoubleFunction secondsPerToken;
  private final int largest;
  private final TreeMap<Integer, Double> measured = new TreeMap<>();

  /**
   * @param seconds of training
   * @param tokensPerWeight that a network has to read at least
   * @param weights of a hidden size that are multiplied for a token
   * @param secondsPerToken measures the training of a hidden size
   * @param largest hidden size to choose, at least the smallest of {@link #SIZES}
   */
  NetworkSearch(
      double seconds,
      double tokensPerWeight,
      IntToDoubleFunction weights,
      IntToDoubleFunction secondsPerToken,
      int largest) {
    this.seconds = seconds;
    this.tokensPerWeight = tokensPerWeight;
    this.weights = weights;
    this.secondsPerToken = secondsPerToken;
    this.largest = largest;
  }

  /** Returns the largest hidden size that reads enough; the smallest if none does. */
  int search() {
    int size = Math.min(FIRST, largest);
    while (!measured.containsKey(size)) {
      measured.put(size, secondsPerToken.applyAsDouble(size));
      size = best();
    }
    return size;
  }

  private int best() {
    int best = SIZES[0];
    for (int size : SIZES) {
      boolean readsEnough =
          seconds / estimate(size) >= tokensPerWeight * weights.applyAsDouble(size);
      if (size <= largest && readsEnough) {
        best = size;
      }
    }
    return best;
  }

  /** Returns the seconds for a token, from those of the two nearest sizes that were measured. */
  private double estimate(int size) {
    Map.Entry<Integer, Double> below = measured.floorEntry(size);
    Map.Entry<Integer, Double> above = measured.ceilingEntry(size);
    if (below != null && above != null) {
      return below.equals(above) ? below.getValue() : between(below, above, size);
    }
    Map.Entry<Integer, Double> nearest = below == null ? above : below;
    Map.Entry<Integer, Double> next =
        below == null ? measured.higherEntry(above.getKey()) : measured.lowerEntry(below.getKey());
    return next == null
        ? nearest.getValue()
            * Math.pow(
                weights.applyAsDouble(size) / weights.applyAsDouble(nearest.getKey()),
                USUAL_EXPONENT)
        : between(next, nearest, size);
  }

  /** A power law of the weights through two points. */
  private double between(
      Map.Entry<Integer, Double> one, Map.Entry<Integer, Double> other, int size) {
    double weightsOfOne = weights.applyAsDouble(one.getKey());
    double exponent =
        Math.log(other.getValue() / one.getValue())
            / Math.log(weights.applyAsDouble(other.getKey()) / weightsOfOne);
    return one.getValue() * Math.pow(weights.applyAsDouble(size) / weightsOfOne, exponent);
  }
}
