package org.charrnn.nn.arrays;

import java.util.function.IntConsumer;

/** The threads that compute the parts of a product. Their number changes no bit of the result. */
@FunctionalInterface
public interface Team {
  /** Parts of a product. Their sums are added in order, so their number is part of the result. */
  int PARTS = 2;

  /** The calling thread computes one part after the other. */
  Team ALONE =
      task -> {
        for (int part = 0; part < PARTS; part++) {
          task.accept(part);
        }
      };

  /**
   * Computes all parts, and returns when they are done.
   *
   * @param task receives the index of a part, less than {@link #PARTS}
   */
  void run(IntConsumer task);
}
