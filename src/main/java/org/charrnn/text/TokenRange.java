package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/**
 * A view of the part {@code [from, to)} of a list of token ids; nothing is copied.
 *
 * @param name name in messages, such as "the validation text"
 * @param ids list that the range is part of
 * @param from first index, inclusive
 * @param to last index, exclusive
 */
public record TokenRange(String name, TokenIds ids, long from, long to) {
  public TokenRange {
    requireNonNull(name, "name");
    Objects.checkFromToIndex(from, to, ids.size());
  }

  /** Returns the number of ids in this range. */
  public long size() {
    return to - from;
  }

  /** Returns the id at an index, from 0 at the start of this range. */
  public int get(long index) {
    return ids.get(from + Objects.checkIndex(index, size()));
  }
}
