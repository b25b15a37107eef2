package org.charrnn.model.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.Set;
import java.util.function.Predicate;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.training.TrainingGraphs;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;

class MemoryEstimateTest {
  /**
   * The backward pass reads the outputs of these: gates, cell states, inputs of products, softmax.
   */
  private static final Set<String> READ_BY_BACKWARD_PASS =
      Set.of("Sigmoid", "Tanh", "ConcatV2", "SoftmaxCrossEntropyWithLogits");

  /** Rows of the embedding and columns of the softmax layer, and the tensors of the loss. */
  @Test
  void vocabularyNeedsEmbeddingSoftmaxLayerAndLoss() {
    ModelConfig words = new ModelConfig(CellKind.GRU, 1002, 8, 2, 5);
    double weights = 1000 * (5 + 8 + 1) * 4; // with a gradient and two moments
    double loss = 1000 * 3 * 7 * 6;
    assertThat(MemoryEstimate.vocabularyBytes(words, 3, 7)).isEqualTo(4 * (weights + loss));
  }

  @Test
  void vocabularyNeedsTiedEmbeddingsOnce() {
    ModelConfig words = new ModelConfig(CellKind.GRU, 1002, 8, 2, 8, true);
    double weights = 1000 * (8 + 1) * 4; // with a gradient and two moments
    double loss = 1000 * 3 * 7 * 6;
    assertThat(MemoryEstimate.vocabularyBytes(words, 3, 7)).isEqualTo(4 * (weights + loss));
  }

  @ParameterizedTest
  @CsvSource({
    "25,25,2,170,10", // the lab
    "25,25,100,170,10", // its largest number of layers
    "65,128,2,50,50",
    "60,512,3,2,1", // mostly weights
    "25,1,1,10,10"
  })
  void estimateIsBetweenTensorsOfTheBackwardPassAndAllTensors(
      int classes, int hidden, int layers, int batch, int sequenceLength) {
    ModelConfig config = ModelConfig.lab(classes, hidden, layers);
    try (Eval eval = new Eval()) {
      TrainingGraphs.add(
          eval.tf(),
          new TrainingSetup(
              setup(config, new BatchShape(batch, sequenceLength), ComputeKernel.OPS),
              Float.POSITIVE_INFINITY,
              false));
      double weightsGradientsAndMoments = 4.0 * 4 * config.parameters();
      double readByBackwardPass =
          bytes(eval.graph(), operation -> READ_BY_BACKWARD_PASS.contains(operation.type()));
      assertThat(MemoryEstimate.trainingBytes(config, batch, sequenceLength))
          .isGreaterThan(weightsGradientsAndMoments + readByBackwardPass)
          .isLessThan(bytes(eval.graph(), operation -> true));
    }
  }

  private static GradientSetup setup(ModelConfig config, BatchShape shape, ComputeKernel kernel) {
    return GradientSetup.withoutNoise(config, BatchPart.whole(shape), kernel);
  }

  @ParameterizedTest
  @CsvSource({"OPS, 1", "FUSED, 1", "FUSED, 3"})
  void graphEstimateCountsTheOperationsOfACell(ComputeKernel.Kind kind, int shards) {
    ComputeKernel kernel = new ComputeKernel(kind, shards, Precision.FLOAT32);
    for (CellKind cell : CellKind.values()) {
      int layer = operations(cell, 3, 12, kernel) - operations(cell, 2, 12, kernel);
      int shorterLayer = operations(cell, 3, 6, kernel) - operations(cell, 2, 6, kernel);
      double sixCells = MemoryEstimate.graphBytes(new ModelConfig(cell, 5, 2, 1, 0), kernel, 6);
      assertThat(sixCells / MemoryEstimate.BYTES_OF_AN_OPERATION)
          .as("%s", cell)
          .isEqualTo(layer - shorterLayer);
    }
  }

  private static int operations(CellKind cell, int layers, int timeSteps, ComputeKernel kernel) {
    try (Graph graph = new Graph()) {
      ModelConfig config = new ModelConfig(cell, 5, 2, layers, 0);
      TrainingGraphs.add(
          Ops.create(graph),
          new TrainingSetup(setup(config, new BatchShape(3, timeSteps), kernel), 5, true));
      int count = 0;
      for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); all.next()) {
        count++;
      }
      return count;
    }
  }

  /** Returns the bytes of all float outputs of some operations. */
  private static double bytes(Graph graph, Predicate<GraphOperation> isCounted) {
    double bytes = 0;
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); ) {
      GraphOperation operation = all.next();
      for (int i = 0; isCounted.test(operation) && i < operation.numOutputs(); i++) {
        Output<?> output = operation.output(i);
        if (output.dataType() == DataType.DT_FLOAT) {
          assertThat(output.shape().size()).as(operation.name()).isNotNegative();
          bytes += 4.0 * output.shape().size();
        }
      }
    }
    return bytes;
  }

  @Test
  void estimateOfTheLargestModelDoesNotOverflow() {
    ModelConfig largest = ModelConfig.lab(25, ModelConfig.MAX_HIDDEN_SIZE, ModelConfig.MAX_LAYERS);
    assertThat(MemoryEstimate.trainingBytes(largest, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isGreaterThan(1e18);
  }
}
