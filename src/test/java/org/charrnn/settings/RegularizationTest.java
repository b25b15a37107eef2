package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.charrnn.InputException;
import org.charrnn.graph.ResourceVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.types.TFloat32;

class TrainingOptionsTest {
  private static final int[][] X = {{0, 2, 3}, {1, 1, 0}};
  private static final int[][] Y = {{2, 3, 1}, {1, 0, 0}};

  @ParameterizedTest
  @ValueSource(floats = {-0.5f, 1, Float.NaN})
  void dropoutOutsideTheLimitsIsTold(float dropout) {
    assertThatThrownBy(() -> new TrainingOptions(dropout, 1, Kernel.OPS))
        .isInstanceOf(InputException.class)
        .hasMessage("--dropout must be from 0 to below 1, got " + dropout);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, 0, Float.NaN})
  void clipOutsideTheLimitsIsTold(float clip) {
    assertThatThrownBy(() -> new TrainingOptions(0, clip, Kernel.OPS))
        .isInstanceOf(InputException.class)
        .hasMessage("--clip must be above 0, got " + clip);
  }

  /** Adam's first moment after the first step is a tenth of the gradient that it was given. */
  @ParameterizedTest
  @CsvSource({"LSTM,0", "LSTM,5", "GRU,0", "GRU,5", "RNN,0", "RNN,5"})
  void adamGetsTheClippedGradients(CellKind cell, int embedding) {
    float limit = 0.125f;
    ModelConfig config = new ModelConfig(cell, 4, 3, 2, embedding);
    try (FedGraph graph =
        new FedGraph(config, new BatchShape(2, 3), new TrainingOptions(0, limit, Kernel.OPS))) {
      graph.eval.initialize();
      graph.feedWeights(graph.randomWeights(new SplittableRandom(17)));
      graph.feedIds(graph.nodes.x, X);
      graph.feedIds(graph.nodes.y, Y);
      graph.eval.feed(graph.training.learningRate, TFloat32.scalarOf(0.1f));

      List<double[]> gradients = graph.gradients();
      double norm =
          Math.sqrt(gradients.stream().flatMapToDouble(DoubleStream::of).map(g -> g * g).sum());
      assertThat(norm).isGreaterThan(limit);
      // A norm near 1 of a hundred squares, each rounded by at most 6e-8.
      assertThat(graph.eval.values(graph.training.gradientNorm))
          .containsExactly(new double[] {norm}, within(5e-6));

      graph.eval.run(graph.trainOp);
      for (int i = 0; i < gradients.size(); i++) {
        String name = graph.nodes.trainable.get(i).name() + "/Adam";
        ResourceVariable moment =
            graph.training.slots().stream()
                .filter(slot -> slot.name().equals(name))
                .findFirst()
                .orElseThrow();
        double[] expected =
            Arrays.stream(gradients.get(i)).map(g -> 0.1 * g * limit / norm).toArray();
        // Below 0.0125, where a handful of roundings make 1e-8.
        assertThat(graph.eval.values(moment.value()))
            .as(name)
            .containsExactly(expected, within(1e-7));
      }
    }
  }
}
