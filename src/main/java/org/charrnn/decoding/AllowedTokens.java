package org.charrnn.decoding;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.charrnn.InputException;

/** The tokens that can be generated: all of a vocabulary except the forbidden ones. */
public final class AllowedTokens {
  private final int[] ids; // ascending

  /**
   * Creates the set.
   *
   * @param forbidden ids that are never generated, such as that of the unknown token
   * @throws IllegalArgumentException if every token is forbidden
   */
  public AllowedTokens(int vocabularySize, int... forbidden) {
    ids =
        IntStream.range(0, vocabularySize)
            .filter(id -> IntStream.of(forbidden).noneMatch(other -> other == id))
            .toArray();
    if (ids.length == 0) {
      throw new IllegalArgumentException("every token of the vocabulary is forbidden");
    }
  }

  /** The ids in ascending order; callers must not change the array. */
  public int[] ids() {
    return ids;
  }

  /** Returns the index of an id among the allowed ones, negative if it is forbidden. */
  public int indexOf(int id) {
    return Arrays.binarySearch(ids, id);
  }

  /**
   * Returns the token at a fraction of all: each as likely as the others for a random number.
   *
   * @param u in [0, 1)
   */
  public int at(double u) {
    return ids[(int) (u * ids.length)];
  }

  /**
   * Returns the most likely token; among equals the one with the lowest id.
   *
   * @param logits {@code [classes]}
   * @throws InputException if a logit is NaN or infinite, or all are minus infinity
   */
  public int mostLikely(float[] logits) {
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int id : ids) {
      float logit = logits[id];
      if (!(logit < Float.POSITIVE_INFINITY)) { // NaN, too
        throw notFinite("the logit of token " + id + " is " + logit);
      }
      if (logit > max) {
        max = logit;
        best = id;
      }
    }
    if (best < 0) {
      throw notFinite("the logit of every token is -Infinity");
    }
    return best;
  }

  private static InputException notFinite(String problem) {
    return new InputException(
        "the model's logits are not finite, %s: its weights are damaged or its training diverged;"
                .formatted(problem)
            + " use an earlier checkpoint or train again with a smaller learning rate");
  }
}
