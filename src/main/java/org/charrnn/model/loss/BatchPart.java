package org.charrnn.model.loss;

import java.io.Serializable;
import org.charrnn.settings.BatchShape;

/**
 * The rows of a batch that one graph reads: the whole batch, or some of its rows, whose position in
 * the batch is given with each step.
 *
 * @param shape of the rows
 * @param lossRows rows that the loss is a mean over; if these are the rows of the whole batch, the
 *     losses and gradients of its parts add up to those of the batch
 * @param isWhole whether the part is the whole batch
 */
public record BatchPart(BatchShape shape, int lossRows, boolean isWhole) implements Serializable {
  /** The whole batch. */
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
