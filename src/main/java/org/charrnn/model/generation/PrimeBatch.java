package org.charrnn.model.generation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.stream.LongStream;

/**
 * The beginnings of texts that are generated at once.
 *
 * @param primes ids that each text continues, of any length; none if it starts with any token
 * @param rows the number of each text, which with the seed determines its random numbers
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
public record PrimeBatch(ArrayList<int[]> primes, long[] rows) implements Serializable {
  public PrimeBatch {
    if (primes.size() != rows.length || rows.length == 0) {
      throw new IllegalArgumentException(
          "a batch needs a row number for each prime, and at least one prime; got %d for %d"
              .formatted(rows.length, primes.size()));
    }
  }

  /** Returns a batch of texts that continue the same prime, in the rows 0, 1, 2 and so on. */
  public static PrimeBatch of(int[] prime, int count) {
    return new PrimeBatch(
        new ArrayList<>(Collections.nCopies(count, prime)), LongStream.range(0, count).toArray());
  }

  /** Returns the number of texts. */
  public int size() {
    return rows.length;
  }

  /**
   * Returns the number of tokens to sample by the network in each row, so that all texts are
   * complete. The first token of a text without a prime needs no step.
   *
   * @param length tokens of each text
   */
  int steps(int length) {
    return length - (primes.stream().allMatch(prime -> prime.length == 0) ? 1 : 0);
  }

  /** Whether a text starts with any token. */
  boolean isEmpty(int row) {
    return primes.get(row).length == 0;
  }
}
