package org.charrnn.config;

import org.charrnn.InputException;

/**
 * How the batch of a training is shared out. It is part of the training: another number of slices
 * adds up in another order, and between averages each slice has weights of its own.
 *
 * @param slices parts of neighbouring streams, 1 to the streams of a batch
 * @param localSteps steps that each slice takes by itself before the slices' weights are averaged;
 *     1 takes every step together, by the gradients of all slices
 */
public record Slicing(int slices, int localSteps) {
  /** The batch as a whole. */
  public static final Slicing NONE = new Slicing(1, 1);

  public Slicing {
    if (slices < 1) {
      throw new InputException("--slices must be at least 1, got " + slices);
    }
    if (localSteps < 1) {
      throw new InputException("--local-steps must be at least 1, got " + localSteps);
    }
    if (slices == 1 && localSteps > 1) {
      throw new InputException("--local-steps averages slices: give --slices, at least 2");
    }
  }

  /**
   * Checks that a batch has a stream for each slice.
   *
   * @throws InputException if it has not
   */
  public Slicing require(int batchSize) {
    if (slices > batchSize) {
      throw new InputException(
          "--slices must be at most the streams of a batch, %d, got %d"
              .formatted(batchSize, slices));
    }
    return this;
  }

  /** Rows of the largest slice of a batch. */
  public int mostRows(int batchSize) {
    return (int) Math.ceil((double) batchSize / slices);
  }
}
