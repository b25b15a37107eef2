package org.charrnn.benchmark;

import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;

/**
 * The kind and the sizes of a job.
 *
 * @param job {@code training} or {@code generation}
 * @param network architecture of the network
 * @param rows rows in a batch, or texts that are generated in parallel
 * @param sequenceLength time steps per row; null for generation
 * @param kernel kernel of the training, such as {@code fused, 2 shards, float32}; null for
 *     generation
 */
public record JobDescription(
    String job, ModelConfig network, int rows, Integer sequenceLength, String kernel) {

  /** Describes a training. */
  public static JobDescription training(
      ModelConfig network, BatchShape shape, ComputeKernel kernel) {
    return new JobDescription(
        "training", network, shape.batchSize(), shape.sequenceLength(), kernel.toString());
  }

  /** Describes the generation of texts in parallel. */
  public static JobDescription generation(ModelConfig network, int texts) {
    return new JobDescription("generation", network, texts, null, null);
  }
}
