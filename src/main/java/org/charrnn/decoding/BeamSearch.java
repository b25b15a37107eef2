package org.charrnn.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.settings.SettingException;

/**
 * Beam search for the most likely text: keeps the {@code width} most likely beginnings, extends
 * each by every token, and keeps the most likely results. The model reads all beginnings in one
 * step. A text that ends before the full length keeps its place in the beam until the search is
 * over.
 *
 * <p>Width 1 is greedy; a width as large as the number of texts is exhaustive.
 */
public final class BeamSearch {
  private final LanguageModel model;
  private final BeamConfig config;
  private final AllowedTokens allowed;

  /**
   * A text that was found.
   *
   * @param ids the text without its prime
   * @param logProbability of the text given its prime, in nats
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  public record Sequence(int[] ids, double logProbability, TextEnd end) {}

  /** Watches a search. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Is called after each step.
     *
     * @param steps tokens that the beginnings have
     * @param settled tokens that are certain to follow those of earlier calls in the result
     */
    void accept(int steps, int[] settled);
  }

  /**
   * A beginning, or a text that has ended.
   *
   * @param ids without the prime
   * @param tail where the string that ends texts can start
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Hypothesis(int row, int[] ids, String tail, double logProbability) {
    int last() {
      return ids[ids.length - 1];
    }
  }

  /** A beginning with one more token. */
  private record Extension(int row, int id, double logProbability) {}

  /** Among equals, the one that extends the better beginning, then the one with the lower id. */
  private static final Comparator<Extension> BEST_FIRST =
      Comparator.comparingDouble(Extension::logProbability)
          .reversed()
          .thenComparingInt(Extension::row)
          .thenComparingInt(Extension::id);

  /**
   * Creates a search.
   *
   * @param model not closed by the search
   * @param forbidden ids that are never generated; the others share their probability
   */
  public BeamSearch(LanguageModel model, BeamConfig config, int... forbidden) {
    this.model = model;
    this.config = config;
    allowed = new AllowedTokens(model.vocabularySize(), forbidden);
  }

  /** Creates a search for texts that may repeat themselves. */
  public BeamSearch(LanguageModel model, int width, int... forbidden) {
    this(model, BeamConfig.ofWidth(width), forbidden);
  }

  /** Returns the most likely text of a length that was found. */
  public Sequence search(int[] prime, int length) {
    return search(prime, length, StopString.NONE, id -> "", (steps, settled) -> {});
  }

  /**
   * Returns the best text that was found.
   *
   * @param prime the tokens before it, at least one: the model has no probabilities for the first
   * @param length tokens of a text that does not end before, at least 1
   * @param until ends texts
   * @param tokens the text of each token
   */
  public Sequence search(
      int[] prime, int length, StopString until, IntFunction<String> tokens, Progress progress) {
    if (prime.length == 0) {
      throw new SettingException("beam", "needs a prime to continue; give at least one character");
    }
    if (length < 1) {
      throw new SettingException("length", "must be at least 1, got " + length);
    }
    return new Search(prime, length, until, tokens, progress).run();
  }

  /** One search. */
  private final class Search {
    private final int[] prime;
    private final int length;
    private final StopString until;
    private final IntFunction<String> tokens;
    private final Progress progress;
    private final RepeatedNgrams ngrams;
    private List<Hypothesis> beam = List.of(new Hypothesis(0, new int[0], "", 0)); // best first
    private Hypothesis bestEnded; // null if there is none
    private int ended; // texts
    private int settled; // tokens

    Search(
        int[] prime, int length, StopString until, IntFunction<String> tokens, Progress progress) {
      this.prime = prime;
      this.length = length;
      this.until = until;
      this.tokens = tokens;
      this.progress = progress;
      ngrams = new RepeatedNgrams(config.noRepeat(), prime);
    }

    Sequence run() {
      try (Decoder decoder = model.start(1)) {
        float[][] logits = {decoder.read(prime)};
        for (int steps = 1; ; steps++) {
          List<Extension> extensions = extend(logits);
          if (extensions.isEmpty()) {
            return result(steps, TextEnd.REPETITION);
          }
          keep(extensions);
          if (beam.isEmpty() || steps == length || cannotBeBeaten()) {
            return result(steps, TextEnd.LENGTH);
          }
          progress.accept(steps, settle(beam.get(0), commonPrefix()));
          decoder.select(beam.stream().mapToInt(Hypothesis::row).toArray());
          logits = decoder.step(beam.stream().mapToInt(Hypothesis::last).toArray());
        }
      }
    }

    /**
     * Returns the best extensions by one token, the best first.
     *
     * @param logits {@code [beam][classes]}
     */
    private List<Extension> extend(float[][] logits) {
      int places = config.width() - ended;
      PriorityQueue<Extension> kept = new PriorityQueue<>(BEST_FIRST.reversed()); // worst on top
      for (int row = 0; row < beam.size(); row++) {
        Hypothesis previous = beam.get(row);
        double max = logits[row][allowed.mostLikely(logits[row])];
        double logSum = logSumOfExponentials(logits[row], max);
        BitSet repeating = ngrams.completing(previous.ids());
        for (int id : allowed.ids()) {
          double logSoftmax = logits[row][id] - max - logSum;
          double logProbability = previous.logProbability() + logSoftmax;
          boolean better = kept.size() < places || logProbability > kept.peek().logProbability();
          if (better && logProbability > Double.NEGATIVE_INFINITY && !repeating.get(id)) {
            kept.add(new Extension(row, id, logProbability));
            if (kept.size() > places) {
              kept.remove();
            }
          }
        }
      }
      return kept.stream().sorted(BEST_FIRST).toList();
    }

    /** Replaces the beam by its extensions, and takes texts out of it that have ended. */
    private void keep(List<Extension> extensions) {
      List<Hypothesis> longer = new ArrayList<>();
      for (Extension extension : extensions) {
        Hypothesis previous = beam.get(extension.row());
        int[] ids = Arrays.copyOf(previous.ids(), previous.ids().length + 1);
        ids[ids.length - 1] = extension.id();
        String token = tokens.apply(extension.id());
        Hypothesis next =
            new Hypothesis(
                extension.row(),
                ids,
                until.tail(previous.tail(), token),
                extension.logProbability());
        if (until.endsIn(previous.tail(), token)) {
          ended++;
          bestEnded = bestEnded == null || score(next) > score(bestEnded) ? next : bestEnded;
        } else {
          longer.add(next);
        }
      }
      beam = longer;
    }

    private double score(Hypothesis text) {
      return config.score(text.logProbability(), text.ids().length);
    }

    /** Whether no beginning can become better than the best text that has ended. */
    private boolean cannotBeBeaten() {
      double bound = config.score(beam.get(0).logProbability(), length);
      return bestEnded != null && score(bestEnded) >= bound;
    }

    /** Returns the number of tokens that all texts which may be the result share. */
    private int commonPrefix() {
      int[] first = beam.get(0).ids();
      int common = bestEnded == null ? first.length : common(first, bestEnded.ids(), first.length);
      for (Hypothesis other : beam) {
        common = common(first, other.ids(), common);
      }
      return common;
    }

    /** The number of tokens up to a maximum that two texts share; earlier ones are settled. */
    private int common(int[] a, int[] b, int max) {
      int end = Math.min(max, b.length);
      int i = settled;
      while (i < end && a[i] == b[i]) {
        i++;
      }
      return i;
    }

    private int[] settle(Hypothesis text, int count) {
      int[] more = Arrays.copyOfRange(text.ids(), settled, count);
      settled = count;
      return more;
    }

    /**
     * Returns the best text.
     *
     * @param endOfBeam why the beginnings become no longer
     */
    private Sequence result(int steps, TextEnd endOfBeam) {
      boolean isEnded =
          beam.isEmpty() || (bestEnded != null && score(bestEnded) >= score(beam.get(0)));
      Hypothesis best = isEnded ? bestEnded : beam.get(0);
      progress.accept(steps, settle(best, best.ids().length));
      TextEnd end = isEnded ? TextEnd.UNTIL : endOfBeam;
      return new Sequence(best.ids(), best.logProbability(), end);
    }
  }

  /** Returns log(sum(exp(logit - max))); subtracting the maximum prevents overflow. */
  private double logSumOfExponentials(float[] logits, double max) {
    double sum = 0;
    for (int id : allowed.ids()) {
      sum += Math.exp(logits[id] - max);
    }
    return Math.log(sum);
  }
}
