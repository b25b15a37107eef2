package org.charrnn.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.charrnn.decoding.Beam.Extension;
import org.charrnn.settings.SettingException;

/**
 * Beam search for the most likely text: keeps the {@code width} most likely beginnings, extends
 * each by every token, and keeps the most likely results. The model reads all beginnings in one
 * step, and may take several steps in a call. A text that ends before the full length keeps its
 * place in the beam until the search is over.
 *
 * <p>Width 1 is greedy; a width as large as the number of texts is exhaustive.
 */
public final class BeamSearch {
  /** A call takes one step at first, so that progress appears at once, then more. */
  private static final int GROWTH = 2;

  /** Sequences in a call; with more, it is faster to take fewer steps. */
  private static final int MAX_FORBIDDEN = 256;

  private final BeamModel model;
  private final BeamConfig config;

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
   * @param row among the extensions of the last step
   * @param length tokens without the prime
   * @param unsettled the last of them
   * @param tail where the string that ends texts can start
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Hypothesis(
      int row, int length, int[] unsettled, String tail, double logProbability) {
    Hypothesis with(Extension extension, int row, String tail) {
      int[] longer = Arrays.copyOf(unsettled, unsettled.length + 1);
      longer[unsettled.length] = extension.id();
      return new Hypothesis(row, length + 1, longer, tail, extension.logProbability());
    }

    /** The number of unsettled tokens, up to a maximum, that two texts share. */
    int common(Hypothesis other, int max) {
      int end = Math.min(max, Math.min(unsettled.length, other.unsettled.length));
      int i = 0;
      while (i < end && unsettled[i] == other.unsettled[i]) {
        i++;
      }
      return i;
    }

    Hypothesis settle(int count) {
      int[] left = Arrays.copyOfRange(unsettled, count, unsettled.length);
      return new Hypothesis(row, length, left, tail, logProbability);
    }
  }

  /**
   * Creates a search.
   *
   * @param model not closed by the search
   */
  public BeamSearch(BeamModel model, BeamConfig config) {
    this.model = model;
    this.config = config;
  }

  /**
   * Creates a search with any model, which reads one token in a call.
   *
   * @param model not closed by the search
   * @param forbidden ids that are never generated; the others share their probability
   */
  public BeamSearch(LanguageModel model, BeamConfig config, int... forbidden) {
    this(beams(model, new AllowedTokens(model.vocabularySize(), forbidden)), config);
  }

  private static BeamModel beams(LanguageModel model, AllowedTokens allowed) {
    return prime -> new DecoderBeam(model, prime, allowed);
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
    private List<Hypothesis> beam = List.of(new Hypothesis(0, 0, new int[0], "", 0)); // best first
    private Hypothesis bestEnded; // null if there is none
    private int ended; // texts
    private final Tokens settled; // with the prime

    Search(
        int[] prime, int length, StopString until, IntFunction<String> tokens, Progress progress) {
      this.prime = prime;
      this.length = length;
      this.until = until;
      this.tokens = tokens;
      this.progress = progress;
      ngrams = new RepeatedNgrams(config.noRepeat());
      settled = new Tokens(prime);
    }

    Sequence run() {
      try (Beam rows = model.start(prime)) {
        int max = Math.min(rows.maxSteps(), ngrams.maxTokens());
        int steps = 0;
        int next = 1;
        while (true) {
          int before = steps;
          int endedBefore = ended;
          List<List<Extension>> extended = extend(rows, Math.min(next, length - steps));
          // A text that ends leaves the beam: the steps after it are void.
          while (steps - before < extended.size() && ended == endedBefore) {
            List<Extension> extensions = extended.get(steps - before);
            steps++;
            if (extensions.isEmpty()) {
              return result(steps, TextEnd.REPETITION);
            }
            keep(extensions);
            if (beam.isEmpty() || steps == length || cannotBeBeaten()) {
              return result(steps, TextEnd.LENGTH);
            }
            progress.accept(steps, settle());
          }
          rows.advance(steps - before, beam.stream().mapToInt(Hypothesis::row).toArray());
          next = Math.min(GROWTH * extended.size(), max);
        }
      }
    }

    /** Returns the best extensions of each step: of one or more, up to a maximum. */
    private List<List<Extension>> extend(Beam rows, int maxSteps) {
      List<List<int[]>> all =
          beam.stream()
              .map(text -> ngrams.completing(settled.with(text.unsettled()), maxSteps))
              .toList();
      int steps = maxSteps;
      List<List<int[]>> forbidden = all;
      while (steps > 1 && forbidden.stream().mapToInt(List::size).sum() > MAX_FORBIDDEN) {
        steps = Math.max(1, steps / GROWTH);
        forbidden = upTo(steps, all);
      }
      return rows.extend(config.width() - ended, steps, forbidden);
    }

    private static List<List<int[]>> upTo(int tokens, List<List<int[]>> sequences) {
      return sequences.stream()
          .map(ofRow -> ofRow.stream().filter(sequence -> sequence.length <= tokens).toList())
          .toList();
    }

    /** Replaces the beam by its extensions, and takes texts out of it that have ended. */
    private void keep(List<Extension> extensions) {
      List<Hypothesis> longer = new ArrayList<>();
      for (int row = 0; row < extensions.size(); row++) {
        Extension extension = extensions.get(row);
        Hypothesis previous = beam.get(extension.row());
        String token = tokens.apply(extension.id());
        Hypothesis next = previous.with(extension, row, until.tail(previous.tail(), token));
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
      return config.score(text.logProbability(), text.length());
    }

    /** Whether no beginning can become better than the best text that has ended. */
    private boolean cannotBeBeaten() {
      double bound = config.score(beam.get(0).logProbability(), length);
      return bestEnded != null && score(bestEnded) >= bound;
    }

    /** Settles the tokens that all texts which may be the result share, and returns them. */
    private int[] settle() {
      Hypothesis first = beam.get(0);
      int common = bestEnded == null ? first.length() : first.common(bestEnded, first.length());
      for (Hypothesis other : beam) {
        common = first.common(other, common);
      }
      int count = common;
      int[] more = Arrays.copyOf(first.unsettled(), count);
      settled.add(more);
      beam = beam.stream().map(text -> text.settle(count)).toList();
      bestEnded = bestEnded == null ? null : bestEnded.settle(count);
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
      progress.accept(steps, best.unsettled());
      TextEnd end = isEnded ? TextEnd.UNTIL : endOfBeam;
      int[] all = settled.with(best.unsettled());
      int[] ids = Arrays.copyOfRange(all, prime.length, all.length);
      return new Sequence(ids, best.logProbability(), end);
    }
  }

  /** Tokens at the beginning of all texts. */
  private static final class Tokens {
    private int[] ids;
    private int count;

    Tokens(int[] ids) {
      this.ids = ids;
      count = ids.length;
    }

    void add(int[] more) {
      if (count + more.length > ids.length) {
        ids = Arrays.copyOf(ids, 2 * (count + more.length));
      }
      System.arraycopy(more, 0, ids, count, more.length);
      count += more.length;
    }

    /** Returns all tokens, and some more. */
    int[] with(int[] more) {
      int[] all = Arrays.copyOf(ids, count + more.length);
      System.arraycopy(more, 0, all, count, more.length);
      return all;
    }
  }
}
