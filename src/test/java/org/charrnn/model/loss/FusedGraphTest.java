package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** The fused kernel against the lab's, whose gradients TensorFlow derives. */
class FusedPassTest {
  /**
   * Relative to the largest number of a tensor: sums of some hundred products of size 1 in another
   * order, each rounded by 6e-8, through up to three layers and twelve time steps.
   */
  private static final double TOLERANCE = 1e-5;

  /**
   * Factors and products of eight bits are off by up to 2^-9 each, here through up to three layers
   * and twelve time steps, and gradients again on the way back.
   */
  private static final double BFLOAT16_TOLERANCE = 0.05;

  /** A sum whose terms of some 0.1 cancel each other keeps their rounding. */
  private static final double CANCELLED = 1e-8;

  /** Where and how the two are compared. */
  private record Example(
      ModelConfig config, BatchShape shape, float dropout, float clip, int shards, long seed) {
    static Example draw(CellKind cell, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int batch = random.nextInt(1, 13);
      return new Example(
          new ModelConfig(
              cell,
              random.nextInt(2, 30),
              random.nextInt(1, 25),
              random.nextInt(1, 4),
              random.nextBoolean() ? 0 : random.nextInt(1, 17)),
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
  void lossStateLogitsAndGradientsAreThoseOfTheOps(Example example) {
    assertNearOps(example, Kernel.fused(example.shards), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void lowerPrecisionIsNearTheOps(Example example) {
    Kernel low = new Kernel(Kernel.Kind.FUSED, example.shards, Precision.BFLOAT16);
    assertNearOps(example, low, BFLOAT16_TOLERANCE);
  }

  private static void assertNearOps(Example example, Kernel kernel, double tolerance) {
    List<double[]> expected = run(example, Kernel.OPS);
    List<double[]> actual = run(example, kernel);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      double largest = Arrays.stream(expected.get(i)).map(Math::abs).max().orElseThrow();
      assertThat(actual.get(i))
          .as("tensor %d", i)
          .containsExactly(expected.get(i), within(Math.max(tolerance * largest, CANCELLED)));
    }
  }

  /**
   * Runs a kernel on weights like those that people train: with much larger ones a plain cell is
   * chaotic, so that rounding grows from step to step.
   *
   * @return the loss, the logits, the final state, the gradients' norm and each one, clipped
   */
  private static List<double[]> run(Example example, Kernel kernel) {
    SplittableRandom random = new SplittableRandom(example.seed);
    TrainingOptions options = new TrainingOptions(example.dropout, example.clip, kernel);
    try (FedGraph graph = new FedGraph(example.config, example.shape, options)) {
      int batch = example.shape.batchSize();
      int time = example.shape.sequenceLength();
      double largest = 1 / Math.sqrt(example.config.hiddenSize());
      graph.feedWeights(
          graph.randomWeights(random).stream()
              .map(weights -> Arrays.stream(weights).map(w -> w * largest).toArray())
              .toList());
      graph.feedIds(graph.nodes.x, ids(random, example));
      graph.feedIds(graph.nodes.y, ids(random, example));
      graph.feedState(
          graph.nodes.initialState.stream()
              .map(s -> Numbers.vector(random, batch * example.config.hiddenSize()))
              .toList());
      graph.eval.feed(
          graph.nodes.weights,
          graph.nodes.weights.shape(),
          random.doubles((long) batch * time, 0.5, 1).toArray());
      graph.eval.feed(graph.nodes.keepProbability, TFloat32.scalarOf(1 - example.dropout));
      graph.eval.feed(graph.nodes.step, TInt64.scalarOf(7));
      List<Operand<?>> fetched = new ArrayList<>(List.of(graph.nodes.meanLoss));
      fetched.add(graph.nodes.outputs);
      fetched.addAll(graph.nodes.finalState);
      fetched.add(graph.training.gradientNorm);
      fetched.addAll(graph.training.clipped);
      return graph.eval.values(fetched);
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
