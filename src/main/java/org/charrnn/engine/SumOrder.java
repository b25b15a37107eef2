package org.charrnn.engine;

import java.util.List;
import java.util.function.BinaryOperator;

/**
 * The order in which results are added. It depends only on the number of results, so every engine
 * computes the same sum, bit for bit.
 *
 * <p>Up to {@value #MAX_SINGLE_GROUP} results are added one after another. A longer list of n is
 * split into groups of about sqrt(n) consecutive results. Each group is added up, then the sums of
 * the groups, so different machines can add up different groups.
 */
public final class SumOrder {
  private static final int MAX_SINGLE_GROUP = 16;

  private SumOrder() {}

  /** Returns the number of consecutive results in a group; the last group may be smaller. */
  public static int groupSize(int results) {
    return results <= MAX_SINGLE_GROUP ? results : (int) Math.ceil(Math.sqrt(results));
  }

  /**
   * Adds results from first to last.
   *
   * @param results at least one result
   */
  public static <R> R inOrder(List<R> results, BinaryOperator<R> plus) {
    return results.stream().reduce(plus).orElseThrow();
  }
}
