package org.charrnn.model.measure;

import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.tensorflow.ndarray.Shape;

/** Counts the floating-point operations of matrix products, which bound the speed of a step. */
public final class Flops {
  private static final int MULTIPLY_AND_ADD = 2;

  /** One product in the forward pass; in the backward pass one each for inputs and weights. */
  private static final int PRODUCTS_OF_A_STEP = 3;

  private Flops() {}

  /** Counts the operations of a training step. */
  public static double ofTrainingStep(ModelConfig config, BatchShape shape) {
    double positions = (double) shape.batchSize() * shape.sequenceLength();
    return PRODUCTS_OF_A_STEP * positions * ofToken(config);
  }

  /**
   * Counts the operations of the forward pass for one token. One-hot input selects rows of the
   * first layer's kernels, and so do embeddings of their table: there is nothing to multiply. Tied
   * embeddings are multiplied in the softmax layer.
   */
  public static double ofToken(ModelConfig config) {
    String firstLayer = config.cell().scope(0);
    double multiplied = 0;
    for (var weight : config.weightShapes().entrySet()) {
      Shape shape = weight.getValue();
      boolean isMultiplied = config.tieEmbeddings() || !weight.getKey().equals("embedding");
      if (shape.numDimensions() == 2 && isMultiplied) {
        boolean readsOneHot = config.embeddingSize() == 0 && weight.getKey().startsWith(firstLayer);
        long rows = shape.get(0) - (readsOneHot ? config.inputSize() : 0);
        multiplied += (double) rows * shape.get(1);
      }
    }
    return MULTIPLY_AND_ADD * multiplied;
  }
}
