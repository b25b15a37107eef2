package org.charrnn.benchmark;

import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;

/**
 * What a job does.
 *
 * @param job {@code training} or {@code generation}
 * @param rows of a batch, or texts written at once
 * @param sequenceLength time steps of a row; null for texts
 * @param kernel that trains; null for texts
 */
public record JobDescription(
    String job, ModelConfig network, int rows, Integer sequenceLength, String kernel) {

  /** Training. */
  public static JobDescription training(
      ModelConfig network, BatchShape shape, ComputeKernel kernel) {
    return new JobDescription(
        "training", network, shape.batchSize(), shape.sequenceLength(), kernel.toString());
  }

  /** Writing texts. */
  public static JobDescription generation(ModelConfig network, int texts) {
    return new JobDescription("generation", network, texts, null, null);
  }
}
