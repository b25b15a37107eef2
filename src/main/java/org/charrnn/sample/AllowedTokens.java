package org.charrnn.sample;

import java.util.stream.IntStream;
import org.charrnn.InputException;

/** The tokens that may be generated: all of a vocabulary but the forbidden ones. */
final class AllowedTokens {
  private final int[] ids; // ascending

  /**
   * Makes the set.
   *
   * @param forbidden ids that are never generated, such as the unknown symbol's
   */
  AllowedTokens(int vocabularySize, int... forbidden) {
    ids =
        IntStream.range(0, vocabularySize)
            .filter(id -> IntStream.of(forbidden).noneMatch(other -> other == id))
            .toArray();
    if (ids.length == 0) {
      throw new IllegalArgumentException("every token of the vocabulary is forbidden");
    }
  }

  /** The ids, ascending; not to be changed. */
  int[] ids() {
    return ids;
  }

  /**
   * Returns the likeliest token, of equals the one with the lowest id.
   *
   * @param logits {@code [classes]}
   * @throws InputException if no probabilities can be made of the logits
   */
  int likeliest(float[] logits) {
    int likeliest = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int id : ids) {
      float logit = logits[id];
      if (!(logit < Float.POSITIVE_INFINITY)) { // NaN, too
        throw broken("the logit of token " + id + " is " + logit);
      }
      if (logit > max) {
        max = logit;
        likeliest = id;
      }
    }
    if (likeliest < 0) {
      throw broken("the logit of every token is -Infinity");
    }
    return likeliest;
  }

  private static InputException broken(String what) {
    return new InputException(
        "the model cannot go on: %s; its weights are damaged or its training diverged,"
                .formatted(what)
            + " so use an earlier checkpoint or train again with a smaller --learning-rate");
  }
}
