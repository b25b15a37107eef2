package org.charrnn.model;

/**
 * About how much memory a training step takes, to tell a person before the system kills the
 * program. The counts are somewhat above the resident size of the lab on texts of some 10,000
 * characters (8 and 6); what TensorFlow and Java take anyway is left out.
 */
public final class MemoryEstimate {
  private static final long FLOAT_BYTES = 4;

  /** Tensors of the size of a hidden state that one cell keeps for the backward pass. */
  private static final long KEPT_BY_A_CELL = 12;

  /** Tensors of the size of the logits: one-hot inputs and targets, logits, their gradients. */
  private static final long KEPT_FOR_THE_LOSS = 6;

  /** A weight, its gradient and Adam's two moments. */
  private static final long KEPT_FOR_A_WEIGHT = 4;

  /**
   * What TensorFlow takes for an operation of a graph, with its copies of it: of 100 layers by 10
   * or 100 time steps, the resident size less the numbers was 8 to 13 kB for each.
   */
  static final double BYTES_OF_AN_OPERATION = 10_000;

  private MemoryEstimate() {}

  /**
   * Estimates a step's memory, in bytes.
   *
   * @param batch rows of a batch
   * @param sequenceLength time steps unrolled
   */
  public static double trainingBytes(ModelConfig config, long batch, long sequenceLength) {
    double weights = (double) config.parameters() * KEPT_FOR_A_WEIGHT;
    return activationBytes(config, (double) batch * sequenceLength) + weights * FLOAT_BYTES;
  }

  /**
   * Estimates what the graph of a training takes beside its numbers, in bytes: each time step of
   * each layer is a part of its own, and so is its way back. What dropout adds, up to as much
   * again, is left out.
   *
   * @param sequenceLength time steps unrolled
   */
  public static double graphBytes(ModelConfig config, Kernel kernel, long sequenceLength) {
    double cells = (double) config.layers() * sequenceLength * kernel.shards();
    return cells * operationsOfACell(config.cell(), kernel.kind()) * BYTES_OF_AN_OPERATION;
  }

  private static int operationsOfACell(CellKind cell, Kernel.Kind kernel) {
    boolean ops = kernel == Kernel.Kind.OPS;
    return switch (cell) {
      case LSTM -> ops ? 78 : 18;
      case GRU -> ops ? 84 : 28;
      case RNN -> ops ? 15 : 6;
    };
  }

  /**
   * Estimates what writing texts side by side takes, in bytes: about as many tensors of a step as
   * training keeps.
   *
   * @param rows the texts
   */
  public static double writingBytes(ModelConfig config, long rows) {
    return activationBytes(config, (double) rows) + (double) config.parameters() * FLOAT_BYTES;
  }

  private static double activationBytes(ModelConfig config, double positions) {
    double hidden = (double) config.hiddenSize() * config.layers();
    return positions
        * (hidden * KEPT_BY_A_CELL + (double) config.classes() * KEPT_FOR_THE_LOSS)
        * FLOAT_BYTES;
  }
}
