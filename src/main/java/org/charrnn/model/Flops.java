package org.charrnn.model;

/** Floating-point operations of the matrix products of a step, from which its time has a floor. */
public final class Flops {
  private static final int MULTIPLY_AND_ADD = 2;

  /** Forward, and backward for the factors: the numbers and the weights. */
  private static final int PRODUCTS = 3;

  private Flops() {}

  /** Counts a training step. */
  public static double ofTrainingStep(ModelConfig config, BatchShape shape) {
    double positions = (double) shape.batchSize() * shape.sequenceLength();
    return PRODUCTS * positions * ofCharacter(config);
  }

  /**
   * Counts what is done forward for one character. One-hot input picks rows of the first layer's
   * weights, so there is nothing to multiply.
   */
  public static double ofCharacter(ModelConfig config) {
    double gates =
        switch (config.cell()) {
          case LSTM -> 4;
          case GRU -> 3;
          case RNN -> 1;
        };
    double hidden = config.hiddenSize();
    double read = config.embeddingSize() + (config.layers() - 1) * hidden; // by all layers
    double weights = (read + config.layers() * hidden) * gates * hidden + hidden * config.classes();
    return MULTIPLY_AND_ADD * weights;
  }
}
