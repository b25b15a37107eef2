package org.charrnn.decoding;

import java.util.Arrays;
import java.util.List;
import org.charrnn.decoding.LanguageModel.Decoder;

/** What a model thinks of texts: the probability of each token after those before it. */
public final class TokenProbabilities {
  private TokenProbabilities() {}

  /**
   * Returns the probabilities by the softmax of the model's logits: before a temperature, a cut or
   * any rule that forbids tokens.
   *
   * @param primes ids that each text continues
   * @param texts ids, at least one text
   * @return for each text the probability of each token. A first token without a prime has none:
   *     NaN
   */
  public static double[][] of(LanguageModel model, List<int[]> primes, List<int[]> texts) {
    int rows = texts.size();
    double[][] probabilities = new double[rows][];
    int steps = 0;
    for (int row = 0; row < rows; row++) {
      probabilities[row] = new double[texts.get(row).length];
      if (primes.get(row).length == 0) {
        Arrays.fill(probabilities[row], 0, Math.min(1, probabilities[row].length), Double.NaN);
      }
      steps = Math.max(steps, primes.get(row).length + texts.get(row).length - 1);
    }
    try (Decoder decoder = model.start(rows)) {
      for (int time = 0; time < steps; time++) {
        int[] ids = new int[rows];
        for (int row = 0; row < rows; row++) {
          ids[row] = token(primes.get(row), texts.get(row), time);
        }
        float[][] logits = decoder.step(ids); // of the tokens at time + 1
        for (int row = 0; row < rows; row++) {
          int index = time + 1 - primes.get(row).length;
          if (index >= 0 && index < texts.get(row).length) {
            probabilities[row][index] = probability(logits[row], texts.get(row)[index]);
          }
        }
      }
    }
    return probabilities;
  }

  /** Returns a token of a text with its prime; any after the end. */
  private static int token(int[] prime, int[] text, int time) {
    if (time < prime.length) {
      return prime[time];
    }
    int index = time - prime.length;
    return index < text.length ? text[index] : 0;
  }

  private static double probability(float[] logits, int id) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.exp(logits[id] - max) / sum;
  }
}
