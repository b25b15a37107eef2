package org.charrnn.model.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.charrnn.testing.Eval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCutTest {
  private static final float[] SPREADS = {0, 0.2f, 1, 3, 8}; // of the logits in each row

  /** The kept tokens are computed from a sorted list, in plain Java. */
  @ParameterizedTest
  @CsvSource({
    "5, 0, .5, 1", "5, 3, .7, 2", "65, 0, .9, 1", "65, 10, 1, 1", "256, 0, .95, .5",
    "257, 0, .3, 1", "2000, 0, .05, 1", "2000, 0, .9, 1", "2000, 0, .9, .1", "2000, 0, .9, 30",
    "2000, 300, .9, 1", "2000, 1, .9, 1", "2000, 5000, .9, 1", "2000, 40, 1, 1"
  })
  void keepsTheMostLikelyTokens(int classes, int topK, double topP, float temperature) {
    float[][] logits = logits(classes);
    double[] cut;
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      TokenCut tokens = new TokenCut(tf.constant(topK), Optional.of(tf.constant(topP)));
      cut =
          eval.values(tokens.in(tf, classes, tf.constant(temperature)).apply(tf.constant(logits)));
    }
    for (int row = 0; row < logits.length; row++) {
      List<Integer> kept = kept(logits[row], topK, topP, temperature);
      for (int id = 0; id < classes; id++) {
        double expected = kept.contains(id) ? logits[row][id] : Double.NEGATIVE_INFINITY;
        assertThat(cut[row * classes + id]).as("row %d, token %d", row, id).isEqualTo(expected);
      }
    }
  }

  /** Many logits are equal, so that the order of ids matters. */
  private static float[][] logits(int classes) {
    Random random = new Random(classes);
    float[][] logits = new float[SPREADS.length][classes];
    for (int row = 0; row < SPREADS.length; row++) {
      for (int id = 0; id < classes; id++) {
        logits[row][id] = Math.round(random.nextGaussian() * 16) * SPREADS[row] / 16 + 0f; // no -0
      }
    }
    return logits;
  }

  private static List<Integer> kept(float[] logits, int topK, double topP, float temperature) {
    List<Integer> sorted =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparing((Integer id) -> -logits[id]).thenComparing(id -> id))
            .limit(topK == 0 ? logits.length : topK)
            .toList();
    double[] weights =
        sorted.stream()
            .mapToDouble(id -> Math.exp((logits[id] - logits[sorted.get(0)]) / temperature))
            .toArray();
    double needed = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum() * topP;
    double sum = 0;
    int count = 0;
    while (count < weights.length && (topP == 1 || sum < needed * (1 - 1e-12))) {
      sum += weights[count++];
    }
    return sorted.subList(0, count);
  }
}
