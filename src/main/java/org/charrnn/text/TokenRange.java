package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/**
 * A part of a row of ids, {@code [from, to)}; a view, nothing is copied.
 *
 * @param name what messages call it, such as "the validation text"
 */
public record TokenRange(String name, TokenIds ids, long from, long to) {
  public TokenRange {
    requireNonNull(name, "name");
    Objects.checkFromToIndex(from, to, ids.size());
  }

  /** How many ids there are. */
  public long size() {
    return to - from;
  }

  /** Returns the id at a place of this part. */
  public int get(long index) {
    return ids.get(from + Objects.checkIndex(index, size()));
  }
}
