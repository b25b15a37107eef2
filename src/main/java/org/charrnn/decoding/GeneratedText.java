package org.charrnn.decoding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A text, without its prime.
 *
 * @param ids of its tokens
 * @param pieces the text of each token; the last one may be cut
 * @param probabilities of each token by the model, see {@link TokenProbabilities}; empty if they
 *     were not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
public record GeneratedText(
    int[] ids, ArrayList<String> pieces, TextEnd end, double[] probabilities)
    implements Serializable {

  /** Collects the tokens of a text. */
  public static final class Builder {
    private final StopString.Matcher matcher;
    private final IntFunction<String> tokens;
    private final ArrayList<String> pieces = new ArrayList<>();
    private int[] ids = new int[16];

    /**
     * Starts a text.
     *
     * @param tokens the text of each token
     */
    public Builder(StopString until, IntFunction<String> tokens) {
      this.matcher = until.matcher();
      this.tokens = tokens;
    }

    /** Adds a token, unless the text has ended. */
    public void add(int id) {
      if (matcher.hasEnded()) {
        return;
      }
      if (pieces.size() == ids.length) {
        ids = Arrays.copyOf(ids, 2 * ids.length);
      }
      ids[pieces.size()] = id;
      pieces.add(matcher.next(tokens.apply(id)));
    }

    /** Returns whether further tokens are ignored. */
    public boolean hasEnded() {
      return matcher.hasEnded();
    }

    /**
     * Returns the text.
     *
     * @param end why it ended, unless the string that ends it has occurred
     */
    public GeneratedText build(TextEnd end) {
      return new GeneratedText(
          Arrays.copyOf(ids, pieces.size()),
          pieces,
          matcher.hasEnded() ? TextEnd.UNTIL : end,
          new double[0]);
    }
  }

  /** Returns the text of all tokens. */
  public String text() {
    return String.join("", pieces);
  }

  /**
   * Returns texts with the probabilities of their tokens.
   *
   * @param primes ids that each text continues
   */
  public static List<GeneratedText> withProbabilities(
      List<GeneratedText> texts, LanguageModel model, List<int[]> primes) {
    double[][] probabilities =
        TokenProbabilities.of(model, primes, texts.stream().map(GeneratedText::ids).toList());
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> {
              GeneratedText text = texts.get(i);
              return new GeneratedText(text.ids, text.pieces, text.end, probabilities[i]);
            })
        .toList();
  }

  /** Returns whether all of some texts have ended. */
  public static boolean allEnded(List<Builder> texts) {
    return texts.stream().allMatch(Builder::hasEnded);
  }
}
