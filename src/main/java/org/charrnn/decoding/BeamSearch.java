package org.charrnn.decoding;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.settings.SettingException;

/**
 * Beam search for the most likely text: keeps the {@code width} most likely beginnings, extends
 * each by every token, and keeps the most likely results. The model reads all beginnings in one
 * step.
 *
 * <p>Width 1 is greedy; a width as large as the number of texts of that length is exhaustive.
 */
public final class BeamSearch {
  private final LanguageModel model;
  private final int width;
  private final AllowedTokens allowed;

  /**
   * A text that was found.
   *
   * @param ids the text without its prime, {@code [length]}
   * @param logProbability of the text given its prime, in nats
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  public record Sequence(int[] ids, double logProbability) {}

  /** A beginning: a token after the beginning in a row of the decoder (null for the prime). */
  private record Hypothesis(Hypothesis previous, int row, int id, double logProbability) {}

  /** Among equals, the one that extends the better beginning, then the one with the lower id. */
  private static final Comparator<Hypothesis> BEST_FIRST =
      Comparator.comparingDouble(Hypothesis::logProbability)
          .reversed()
          .thenComparingInt(Hypothesis::row)
          .thenComparingInt(Hypothesis::id);

  /**
   * Creates a search.
   *
   * @param model not closed by the search
   * @param width beginnings to keep, at least 1
   * @param forbidden ids that are never generated; the others share their probability
   */
  public BeamSearch(LanguageModel model, int width, int... forbidden) {
    if (width < 1) {
      throw new SettingException("beam", "must be at least 1, got " + width);
    }
    this.model = model;
    this.width = width;
    allowed = new AllowedTokens(model.vocabularySize(), forbidden);
  }

  /**
   * Returns the most likely text that was found.
   *
   * @param prime the tokens before it, at least one: the model has no probabilities for the first
   * @param length tokens of the text, at least 1
   */
  public Sequence search(int[] prime, int length) {
    if (prime.length == 0) {
      throw new SettingException("beam", "needs a prime to continue; give at least one character");
    }
    if (length < 1) {
      throw new SettingException("length", "must be at least 1, got " + length);
    }
    try (Decoder decoder = model.start(1)) {
      Hypothesis root = new Hypothesis(null, 0, prime[prime.length - 1], 0);
      List<Hypothesis> beam = extend(List.of(root), new float[][] {decoder.read(prime)});
      for (int i = 1; i < length; i++) {
        decoder.select(beam.stream().mapToInt(Hypothesis::row).toArray());
        beam = extend(beam, decoder.step(beam.stream().mapToInt(Hypothesis::id).toArray()));
      }
      return sequence(beam.get(0), length);
    }
  }

  /**
   * Returns the best extensions by one token, the best first.
   *
   * @param logits {@code [beam][classes]}
   */
  private List<Hypothesis> extend(List<Hypothesis> beam, float[][] logits) {
    PriorityQueue<Hypothesis> kept = new PriorityQueue<>(BEST_FIRST.reversed()); // worst on top
    for (int row = 0; row < beam.size(); row++) {
      Hypothesis previous = beam.get(row);
      double max = logits[row][allowed.mostLikely(logits[row])];
      double logSum = logSumOfExponentials(logits[row], max);
      for (int id : allowed.ids()) {
        double logSoftmax = logits[row][id] - max - logSum;
        double logProbability = previous.logProbability() + logSoftmax;
        boolean better = kept.size() < width || logProbability > kept.peek().logProbability();
        if (better && logProbability > Double.NEGATIVE_INFINITY) {
          kept.add(new Hypothesis(previous, row, id, logProbability));
          if (kept.size() > width) {
            kept.remove();
          }
        }
      }
    }
    return kept.stream().sorted(BEST_FIRST).toList();
  }

  /** Returns log(sum(exp(logit - max))); subtracting the maximum prevents overflow. */
  private double logSumOfExponentials(float[] logits, double max) {
    double sum = 0;
    for (int id : allowed.ids()) {
      sum += Math.exp(logits[id] - max);
    }
    return Math.log(sum);
  }

  private static Sequence sequence(Hypothesis last, int length) {
    int[] ids = new int[length];
    Hypothesis hypothesis = last;
    for (int i = length - 1; i >= 0; i--) {
      ids[i] = hypothesis.id();
      hypothesis = hypothesis.previous();
    }
    return new Sequence(ids, last.logProbability());
  }
}
