package org.charrnn.decoding;

import java.util.BitSet;

/**
 * Finds tokens that would repeat an n-gram, a sequence of n tokens.
 *
 * @param n at least 1, or 0 if everything may be repeated
 * @param prime tokens before the text
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record RepeatedNgrams(int n, int[] prime) {
  /** Returns the tokens that complete an n-gram which is in the prime and the text already. */
  BitSet completing(int[] text) {
    BitSet repeating = new BitSet();
    int last = prime.length + text.length - (n - 1); // start of the last n - 1 tokens
    for (int start = 0; n > 0 && start < last; start++) {
      if (isSame(text, start, last)) {
        repeating.set(token(text, start + n - 1));
      }
    }
    return repeating;
  }

  private boolean isSame(int[] text, int a, int b) {
    for (int i = n - 2; i >= 0; i--) {
      if (token(text, a + i) != token(text, b + i)) {
        return false;
      }
    }
    return true;
  }

  private int token(int[] text, int index) {
    return index < prime.length ? prime[index] : text[index - prime.length];
  }
}
