package org.charrnn.settings;

/**
 * How the batches of a training are divided into slices that are computed separately. It is part of
 * the training: with another number of slices gradients are added in another order, and between
 * averages each slice has its own weights.
 *
 * @param slices parts of neighbouring streams, 1 to the batch size
 * @param localSteps steps that each slice takes on its own before the weights of all slices are
 *     averaged; 1 takes every step together, with the sum of all gradients
 */
public record Slicing(
    @Setting(
            defaultValue = "1",
            absent = "1",
            min = 1,
            help =
                "Slices of a batch that are computed separately: in parallel with the engine spark,"
                    + " else one after another in less memory")
        int slices,
    @Setting(
            defaultValue = "1",
            absent = "1",
            min = 1,
            help =
                "Steps that each slice takes on its own before the weights are averaged (local"
                    + " SGD), for slow networks; 1 adds up the gradients of every step")
        int localSteps) {
  /** The batch as a whole. */
  public static final Slicing NONE = new Slicing(1, 1);

  public Slicing {
    SettingChecks.check(Slicing.class, slices, localSteps);
    if (slices == 1 && localSteps > 1) {
      throw new SettingException("local-steps", "averages slices and needs at least 2 of them");
    }
  }

  /**
   * Checks that each slice of a batch has a row.
   *
   * @throws SettingException if there are more slices than rows
   */
  public Slicing require(int batchSize) {
    if (slices > batchSize) {
      throw new SettingException(
          "slices", "must be at most the batch size, %d, got %d".formatted(batchSize, slices));
    }
    return this;
  }

  /** Rows of the largest slice of a batch. */
  public int maxRows(int batchSize) {
    return (batchSize + slices - 1) / slices;
  }
}
