package org.charrnn.engine;

import java.util.List;
import java.util.function.BinaryOperator;

/**
 * The order in which a number of results is added up. It hangs on that number alone, so the sum is
 * the same to the last bit wherever it is made.
 *
 * <p>Up to {@value #AT_ONCE} are added one after the other. More are added in groups of neighbours
 * first, about as many groups as there are results in each, and then the groups' sums: a tree,
 * whose groups can be added up on different machines.
 */
public final class SumOrder {
  private static final int AT_ONCE = 16;

  private SumOrder() {}

  /** How many neighbours make a group. */
  public static int groupSize(int results) {
    return results <= AT_ONCE ? results : (int) Math.ceil(Math.sqrt(results));
  }

  /** Adds up results as they lie in a list. */
  public static <R> R inOrder(List<R> results, BinaryOperator<R> plus) {
    return results.stream().reduce(plus).orElseThrow();
  }
}
