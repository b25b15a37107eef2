package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Some parts of a text, in their order. What follows a part in the list does not continue it.
 *
 * @param name name in messages, such as "the validation text"
 * @param ranges at least one; those that are empty are dropped unless all are
 */
public record TokenRanges(String name, List<TokenRange> ranges) {
  public TokenRanges {
    requireNonNull(name, "name");
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one range");
    }
    List<TokenRange> filled = ranges.stream().filter(range -> range.size() > 0).toList();
    ranges = filled.isEmpty() ? List.of(ranges.get(0)) : filled;
  }

  /** A text without cuts. */
  public static TokenRanges of(TokenRange range) {
    return new TokenRanges(range.name(), List.of(range));
  }

  /** Returns the number of ids in all ranges. */
  public long size() {
    return ranges.stream().mapToLong(TokenRange::size).sum();
  }

  /** Returns the number of ids that can be predicted: all but the first of each range. */
  public long predictable() {
    return ranges.stream().mapToLong(range -> Math.max(0, range.size() - 1)).sum();
  }

  /** Returns the number of ids in each range. */
  public List<Long> sizes() {
    return ranges.stream().map(TokenRange::size).toList();
  }
}
