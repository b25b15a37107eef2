package org.charrnn.decoding;

import java.util.Comparator;
import java.util.List;
import org.charrnn.InputException;

/**
 * The beginnings of texts that a search keeps, in rows, the best first, and the model's state after
 * each. It starts with one, the prime. Not for concurrent use by several threads.
 */
public interface Beam extends AutoCloseable {
  /** Among equals, the one that extends the better beginning, then the one with the lower id. */
  Comparator<Extension> BEST_FIRST =
      Comparator.comparingDouble(Extension::logProbability)
          .reversed()
          .thenComparingInt(Extension::row)
          .thenComparingInt(Extension::id);

  /**
   * A beginning with one more token.
   *
   * @param row of the beginning
   * @param logProbability of all tokens after the prime, in nats, finite
   */
  record Extension(int row, int id, double logProbability) {}

  /** The most steps that a call of {@link #extend} takes, at least 1. */
  int maxSteps();

  /**
   * Extends the beginnings by one token in each step, and those of the step by one more in the
   * next. The beginnings themselves stay until {@link #advance}.
   *
   * @param places extensions to keep in each step, at least 1
   * @param steps up to {@link #maxSteps}
   * @param forbidden for each beginning sequences of 1 to {@code steps} tokens by which no
   *     extension of it continues
   * @return for each step, of which there is at least one, the best extensions, the best first;
   *     their rows are those of the step before. Impossible ones are left out; the steps end with
   *     the first that has no possible one
   * @throws InputException if a logit of a beginning is NaN or infinite, or all are minus infinity.
   *     Those of its extensions just end the steps
   */
  List<List<Extension>> extend(int places, int steps, List<List<int[]>> forbidden);

  /**
   * Replaces the beginnings by extensions of the last call of {@link #extend}.
   *
   * @param steps the extensions after this number of steps, at least 1
   * @param rows the extensions to keep, at least one: row i is the extension at index {@code
   *     rows[i]}
   */
  void advance(int steps, int[] rows);

  @Override
  void close();
}
