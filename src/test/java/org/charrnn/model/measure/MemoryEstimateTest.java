package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.Set;
import java.util.function.Predicate;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

class MemoryEstimateTest {
  /** The backward pass reads what these gave: gates, memories, what was multiplied, the softmax. */
  private static final Set<String> READ_BACKWARDS =
      Set.of("Sigmoid", "Tanh", "ConcatV2", "SoftmaxCrossEntropyWithLogits");

  @ParameterizedTest
  @CsvSource({
    "25,25,2,170,10", // the lab
    "25,25,100,170,10", // its deepest
    "65,128,2,50,50",
    "60,512,3,2,1", // mostly weights
    "25,1,1,10,10"
  })
  void estimateLiesBetweenWhatBackwardReadsAndAllTensors(
      int classes, int hidden, int layers, int batch, int sequenceLength) {
    ModelConfig config = ModelConfig.lab(classes, hidden, layers);
    try (Eval eval = new Eval()) {
      new TrainingGraph(
          eval.graph(),
          config,
          new BatchShape(batch, sequenceLength),
          TrainingOptions.lab(Kernel.OPS),
          1);
      double weightsGradientsAndMoments = 4.0 * 4 * config.parameters();
      double readBackwards =
          bytes(eval.graph(), operation -> READ_BACKWARDS.contains(operation.type()));
      assertThat(MemoryEstimate.trainingBytes(config, batch, sequenceLength))
          .isGreaterThan(weightsGradientsAndMoments + readBackwards)
          .isLessThan(bytes(eval.graph(), operation -> true));
    }
  }

  @ParameterizedTest
  @CsvSource({"OPS, 1", "FUSED, 1", "FUSED, 3"})
  void estimateOfAGraphCountsWhatACellAddsToIt(Kernel.Kind kind, int shards) {
    Kernel kernel = new Kernel(kind, shards, Precision.FLOAT32);
    for (CellKind cell : CellKind.values()) {
      int layer = operations(cell, 3, 12, kernel) - operations(cell, 2, 12, kernel);
      int shorterLayer = operations(cell, 3, 6, kernel) - operations(cell, 2, 6, kernel);
      double ofSixCells = MemoryEstimate.graphBytes(new ModelConfig(cell, 5, 2, 1, 0), kernel, 6);
      assertThat(ofSixCells / MemoryEstimate.BYTES_OF_AN_OPERATION)
          .as("%s", cell)
          .isEqualTo(layer - shorterLayer);
    }
  }

  private static int operations(CellKind cell, int layers, int timeSteps, Kernel kernel) {
    try (Graph graph = new Graph()) {
      ModelConfig config = new ModelConfig(cell, 5, 2, layers, 0);
      BatchPart batch = BatchPart.whole(new BatchShape(3, timeSteps));
      new StreamGraph(graph, config, batch, new TrainingOptions(0, 5, kernel), 1);
      int count = 0;
      for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); all.next()) {
        count++;
      }
      return count;
    }
  }

  /** Bytes of all the float tensors that some operations give. */
  private static double bytes(Graph graph, Predicate<GraphOperation> counts) {
    double bytes = 0;
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); ) {
      GraphOperation operation = all.next();
      for (int i = 0; counts.test(operation) && i < operation.numOutputs(); i++) {
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
  void largestModelIsHugeAndDoesNotOverflow() {
    ModelConfig largest = ModelConfig.lab(25, ModelConfig.MAX_HIDDEN_SIZE, ModelConfig.MAX_LAYERS);
    assertThat(MemoryEstimate.trainingBytes(largest, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isGreaterThan(1e18);
  }
}
