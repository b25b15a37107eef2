package org.charrnn.model;

/** Checks ids where they enter a model: out of range, the kernels would compute something else. */
public final class TokenIdChecks {
  private TokenIdChecks() {}

  /**
   * Checks that ids are tokens of a model.
   *
   * @param classes tokens in the vocabulary
   * @throws IllegalArgumentException if an id is negative, or not below the number of classes
   */
  public static void requireInRange(int[] ids, int classes) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= classes) {
        throw new IllegalArgumentException(
            "the id at index %d is %d, but the model's ids are 0 to %d"
                .formatted(i, ids[i], classes - 1));
      }
    }
  }
}
