package org.charrnn.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.nn.GradientClipping;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.FedGraph;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Compares the fused kernel with the lab's, whose gradients TensorFlow derives. */
class FusedGraphTest {
  /**
   * Relative to the largest number of a tensor: sums of about a hundred products of size 1 in
   * another order, each rounded by 6e-8, through up to three layers and twelve time steps.
   */
  private static final double TOLERANCE = 1e-5;

  /**
   * Inputs and products of eight bits are rounded by up to 2^-9 each, through up to three layers
   * and twelve time steps, and gradients again in the backward pass.
   */
  private static final double BFLOAT16_TOLERANCE = 0.05;

  /** If terms of size 0.1 cancel each other, their rounding errors remain in the sum. */
  private static final double CANCELLATION = 1e-8;

  /** A network and a batch for which the kernels are compared. */
  private record Example(
      ModelConfig config, BatchShape shape, float dropout, float clip, int shards, long seed) {
    private static ModelConfig tied(ModelConfig config) {
      int hidden = config.hiddenSize();
      return new ModelConfig(
          config.cell(), config.classes(), hidden, config.layers(), hidden, true);
    }

    static Example draw(CellKind cell, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int batch = random.nextInt(1, 13);
      ModelConfig config =
          new ModelConfig(
              cell,
              random.nextInt(2, 30),
              random.nextInt(1, 25),
              random.nextInt(1, 4),
              random.nextBoolean() ? 0 : random.nextInt(1, 17));
      return new Example(
          config.embeddingSize() > 0 && seed % 3 == 0 ? tied(config) : config,
          new BatchShape(batch, random.nextInt(1, 13)),
          random.nextBoolean() ? 0 : 0.4f,
          random.nextBoolean() ? Float.POSITIVE_INFINITY : 0.1f,
          random.nextInt(1, Math.min(batch, 4) + 1),
          seed);
    }
  }

  static Stream<Example> examples() {
    return Stream.of(CellKind.values())
        .flatMap(cell -> IntStream.range(0, 20).mapToObj(seed -> Example.draw(cell, seed)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void lossLogitsStateAndGradientsEqualThoseOfOps(Example example) {
    assertCloseToOps(example, ComputeKernel.fused(example.shards), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void lowerPrecisionIsCloseToOps(Example example) {
    ComputeKernel low =
        new ComputeKernel(ComputeKernel.Kind.FUSED, example.shards, Precision.BFLOAT16);
    assertCloseToOps(example, low, BFLOAT16_TOLERANCE);
  }

  private static void assertCloseToOps(Example example, ComputeKernel kernel, double tolerance) {
    List<double[]> expected = run(example, ComputeKernel.OPS);
    List<double[]> actual = run(example, kernel);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      double largest = Arrays.stream(expected.get(i)).map(Math::abs).max().orElseThrow();
      assertThat(actual.get(i))
          .as("tensor %d", i)
          .containsExactly(expected.get(i), within(Math.max(tolerance * largest, CANCELLATION)));
    }
  }

  /**
   * Runs a kernel with weights of a realistic size: with much larger ones a plain cell is chaotic,
   * so that rounding errors grow from step to step.
   *
   * @return the loss, the logits, the final state, the gradient norm and each clipped gradient
   */
  private static List<double[]> run(Example example, ComputeKernel kernel) {
    SplittableRandom random = new SplittableRandom(example.seed);
    GradientSetup setup =
        new GradientSetup(
            example.config,
            BatchPart.whole(example.shape),
            StepNoise.dropout(example.dropout),
            kernel,
            1);
    try (FedGraph graph = new FedGraph(setup)) {
      GradientGraph nodes = graph.nodes();
      BatchInputs inputs = nodes.inputs();
      var clipping =
          GradientClipping.byGlobalNorm(graph.eval().tf(), nodes.gradients(), example.clip);
      int batch = example.shape.batchSize();
      int time = example.shape.sequenceLength();
      double largest = 1 / Math.sqrt(example.config.hiddenSize());
      graph.feedWeights(
          graph.randomWeights(random).stream()
              .map(weights -> Arrays.stream(weights).map(w -> w * largest).toArray())
              .toList());
      graph.feedX(ids(random, example));
      graph.feedY(ids(random, example));
      graph.feedState(
          inputs.initialState().stream()
              .map(s -> Numbers.vector(random, batch * example.config.hiddenSize()))
              .toList());
      graph
          .eval()
          .feed(
              inputs.weights(),
              inputs.weights().shape(),
              random.doubles((long) batch * time, 0.5, 1).toArray());
      graph.eval().feed(inputs.training(), TFloat32.scalarOf(1));
      graph.eval().feed(inputs.step(), TInt64.scalarOf(7));
      List<Operand<?>> fetched = new ArrayList<>(List.of(nodes.meanLoss()));
      fetched.add(nodes.outputs());
      fetched.addAll(nodes.finalState());
      fetched.add(clipping.globalNorm());
      fetched.addAll(clipping.gradients());
      return graph.eval().values(fetched);
    }
  }

  private static int[][] ids(SplittableRandom random, Example example) {
    return Stream.generate(
            () ->
                random.ints(example.shape.sequenceLength(), 0, example.config.classes()).toArray())
        .limit(example.shape.batchSize())
        .toArray(int[][]::new);
  }
}
