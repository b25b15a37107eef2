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
   * @param prime ids that each text continues
   * @param texts ids, at least one text
   * @return for each text the probability of each token. A first token without a prime has none:
   *     NaN
   */
  public static double[][] of(LanguageModel model, int[] prime, List<int[]> texts) {
    double[][] probabilities = new double[texts.size()][];
    Arrays.setAll(probabilities, row -> new double[texts.get(row).length]);
    int longest = texts.stream().mapToInt(text -> text.length).max().orElseThrow();
    try (Decoder decoder = model.start(1)) {
      float[][] logits = new float[texts.size()][];
      if (prime.length > 0) {
        Arrays.fill(logits, decoder.read(prime));
      }
      decoder.select(new int[texts.size()]);
      for (int time = 0; time < longest; time++) {
        int[] next = new int[texts.size()]; // 0 after the end of a text
        for (int row = 0; row < next.length; row++) {
          int[] text = texts.get(row);
          if (time < text.length) {
            next[row] = text[time];
            probabilities[row][time] =
                logits[row] == null ? Double.NaN : probability(logits[row], text[time]);
          }
        }
        if (time < longest - 1) {
          logits = decoder.step(next);
        }
      }
    }
    return probabilities;
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
