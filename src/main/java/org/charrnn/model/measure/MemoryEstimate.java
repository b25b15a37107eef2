package org.charrnn.model.measure;

import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;

/**
 * Estimates the memory of training and generation, so that a command can refuse work that the
 * system would kill. The counts are somewhat above the resident size measured for the lab on texts
 * of some 10,000 characters (8 and 6); what TensorFlow and Java always need is not included.
 */
public final class MemoryEstimate {
  private static final long FLOAT_BYTES = 4;

  /** Tensors of the size of a hidden state that a cell keeps for the backward pass. */
  private static final long TENSORS_OF_A_CELL = 12;

  /** Tensors of the size of the logits: one-hot inputs and targets, logits, their gradients. */
  private static final long TENSORS_OF_THE_LOSS = 6;

  /** A weight, its gradient and Adam's two moments. */
  private static final long TENSORS_OF_A_WEIGHT = 4;

  /** A weight and Adam's two moments: received and returned, each with a copy in buffers. */
  private static final long TENSORS_OF_AN_EXCHANGE = 12;

  /**
   * What TensorFlow needs for an operation of a graph and its copies: with 100 layers by 10 or 100
   * time steps, the resident size without the tensors was 8 to 13 kB for each.
   */
  static final double BYTES_OF_AN_OPERATION = 10_000;

  private MemoryEstimate() {}

  /**
   * Estimates the tensors of a training step, in bytes.
   *
   * @param batch rows in a batch
   * @param sequenceLength time steps that are unrolled
   */
  public static double trainingBytes(ModelConfig config, long batch, long sequenceLength) {
    double weights = (double) config.parameters() * TENSORS_OF_A_WEIGHT;
    return activationBytes(config, (double) batch * sequenceLength) + weights * FLOAT_BYTES;
  }

  /**
   * Estimates the part of {@link #trainingBytes} that a vocabulary of two tokens would not need: in
   * the embedding, the softmax layer and the loss.
   */
  public static double vocabularyBytes(ModelConfig config, long batch, long sequenceLength) {
    return trainingBytes(config, batch, sequenceLength)
        - trainingBytes(config.withClasses(2), batch, sequenceLength);
  }

  /**
   * Estimates the graph of a training without its tensors, in bytes: each time step of each layer
   * has its own operations, also for the backward pass. Dropout can add as much again, which is not
   * included.
   *
   * @param sequenceLength time steps that are unrolled
   */
  public static double graphBytes(ModelConfig config, ComputeKernel kernel, long sequenceLength) {
    double cells = (double) config.layers() * sequenceLength * kernel.shards();
    return cells * config.cell().operationsPerStep(kernel.kind()) * BYTES_OF_AN_OPERATION;
  }

  /** Estimates all that a training needs, in bytes. */
  public static double bytes(ModelConfig config, BatchShape shape, ComputeKernel kernel) {
    return trainingBytes(config, shape.batchSize(), shape.sequenceLength())
        + graphBytes(config, kernel, shape.sequenceLength());
  }

  /**
   * Estimates the training of a slice in a task, in bytes.
   *
   * @param localSteps steps that it takes by itself; for more than one, it also receives and
   *     returns Adam's moments
   */
  public static double sliceBytes(
      ModelConfig config, BatchShape shape, ComputeKernel kernel, int localSteps) {
    double exchanged = localSteps == 1 ? 0 : (double) config.parameters() * TENSORS_OF_AN_EXCHANGE;
    return bytes(config, shape, kernel) + exchanged * FLOAT_BYTES;
  }

  /**
   * Estimates the generation of several texts at once, in bytes: about as many tensors of a step as
   * training keeps.
   *
   * @param rows number of texts
   */
  public static double generationBytes(ModelConfig config, long rows) {
    return activationBytes(config, (double) rows) + (double) config.parameters() * FLOAT_BYTES;
  }

  private static double activationBytes(ModelConfig config, double positions) {
    double hidden = (double) config.hiddenSize() * config.layers();
    return positions
        * (hidden * TENSORS_OF_A_CELL + (double) config.classes() * TENSORS_OF_THE_LOSS)
        * FLOAT_BYTES;
  }
}
