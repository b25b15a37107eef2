package org.charrnn.model;

import java.io.Serializable;

/**
 * The size of a batch.
 *
 * @param batchSize rows, at least 1
 * @param sequenceLength time steps unrolled, at least 1
 */
public record BatchShape(int batchSize, int sequenceLength) implements Serializable {
  public BatchShape {
    if (batchSize < 1 || sequenceLength < 1) {
      throw new IllegalArgumentException(
          "a batch needs at least one row and one time step, got "
              + batchSize
              + " and "
              + sequenceLength);
    }
  }
}
