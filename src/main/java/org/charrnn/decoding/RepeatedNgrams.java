package org.charrnn.decoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the ways in which a text would repeat an n-gram, a sequence of n tokens.
 *
 * @param n at least 1, or 0 if everything may be repeated
 */
record RepeatedNgrams(int n) {
  /**
   * Returns the most tokens for which {@link #completing} finds few sequences. With n tokens it
   * finds as many as the text has tokens, with more not all.
   */
  int maxTokens() {
    return n == 0 ? Integer.MAX_VALUE : Math.max(1, n - 1);
  }

  /**
   * Returns the sequences of tokens that, after a text, complete an n-gram which is in the text or
   * in the sequence already.
   *
   * @param text with its prime
   * @param tokens maximum length of a sequence, up to {@link #maxTokens}
   */
  List<int[]> completing(int[] text, int tokens) {
    List<int[]> sequences = new ArrayList<>();
    for (int next = 0; n > 0 && next < text.length; next++) {
      int missing = n - repeated(text, next);
      if (missing <= tokens) {
        sequences.add(continuation(text, next, missing));
      }
    }
    return sequences;
  }

  /** Returns how many tokens at the end of a text are also before an index: n - 1 or fewer. */
  private int repeated(int[] text, int next) {
    int max = Math.min(n - 1, next);
    int count = 0;
    while (count < max && text[next - 1 - count] == text[text.length - 1 - count]) {
      count++;
    }
    return count;
  }

  /** Returns the tokens from an index on, those of the sequence itself after the end of a text. */
  private static int[] continuation(int[] text, int from, int count) {
    int[] sequence = new int[count];
    int period = text.length - from;
    for (int i = 0; i < count; i++) {
      sequence[i] = i < period ? text[from + i] : sequence[i - period];
    }
    return sequence;
  }
}
