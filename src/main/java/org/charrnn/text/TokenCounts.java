package org.charrnn.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each token of a text is seen. */
public final class TokenCounts {
  private final Map<String, long[]> counts = new HashMap<>(); // long[1], to count in place

  /** Counts a token. */
  public void add(String token) {
    long[] count = counts.get(token);
    if (count == null) {
      counts.put(token, new long[] {1});
    } else {
      count[0]++;
    }
  }

  /** How often a token was seen. */
  public long count(String token) {
    long[] count = counts.get(token);
    return count == null ? 0 : count[0];
  }

  /** How many different tokens were seen. */
  public int distinct() {
    return counts.size();
  }

  /** How many tokens were seen. */
  public long total() {
    return counts.values().stream().mapToLong(count -> count[0]).sum();
  }

  /** The tokens seen at least so often, the most frequent first, ties in code point order. */
  List<String> mostFrequent(int minCount) {
    return counts.keySet().stream()
        .filter(token -> count(token) >= minCount)
        .sorted(
            Comparator.comparingLong(this::count).reversed().thenComparing(Vocabulary.CODE_POINTS))
        .toList();
  }
}
