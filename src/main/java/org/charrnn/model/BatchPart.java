package org.charrnn.model;

import java.io.Serializable;

/**
 * The rows of a batch that one graph reads: all of them, or some whose place in the batch is told
 * with each step.
 *
 * @param shape of the rows
 * @param lossRows rows that the loss is a mean over; if they are the whole batch's, the losses and
 *     the gradients of its parts add up to those of the batch
 * @param isWhole whether there are no others
 */
public record BatchPart(BatchShape shape, int lossRows, boolean isWhole) implements Serializable {

  /** A whole batch. */
  public static BatchPart whole(BatchShape shape) {
    return new BatchPart(shape, shape.batchSize(), true);
  }

  /**
   * Some rows of a batch.
   *
   * @param lossRows rows that the loss is a mean over
   */
  public static BatchPart of(BatchShape shape, int lossRows) {
    return new BatchPart(shape, lossRows, false);
  }
}
