package org.charrnn.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The number of occurrences of each token of a text. */
public final class TokenCounts {
  private final Map<String, long[]> counts = new HashMap<>(); // long[1], to count in place

  /** Counts one occurrence of a token. */
  public void add(String token) {
    long[] count = counts.get(token);
    if (count == null) {
      counts.put(token, new long[] {1});
    } else {
      count[0]++;
    }
  }

  /** Counts occurrences of a token. */
  public void add(String token, long occurrences) {
    if (occurrences > 0) {
      counts.computeIfAbsent(token, key -> new long[1])[0] += occurrences;
    }
  }

  /** Returns the number of occurrences of a token. */
  public long count(String token) {
    long[] count = counts.get(token);
    return count == null ? 0 : count[0];
  }

  /** Returns the number of occurrences of all tokens. */
  public long total() {
    return counts.values().stream().mapToLong(count -> count[0]).sum();
  }

  /** Returns the tokens with at least this count, most frequent first, ties by code point. */
  List<String> mostFrequent(int minCount) {
    return counts.keySet().stream()
        .filter(token -> count(token) >= minCount)
        .sorted(
            Comparator.comparingLong(this::count)
                .reversed()
                .thenComparing(Vocabulary.CODE_POINT_ORDER))
        .toList();
  }
}
