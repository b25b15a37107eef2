package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.LargeWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradients that Adam receives in a training step. */
class ClippedUpdateTest {
  private static final int[] X = {0, 2, 3, 1, 1, 0};
  private static final int[] Y = {2, 3, 1, 1, 0, 0};
  private static final float MAX_NORM = 0.125f;

  /** Adam's first moment after the first step is a tenth of the gradient that it received. */
  @ParameterizedTest
  @CsvSource({"LSTM,0", "LSTM,5", "GRU,0", "GRU,5", "RNN,0", "RNN,5"})
  void adamReceivesClippedGradients(CellKind cell, int embedding) throws NotFiniteException {
    ModelConfig network = new ModelConfig(cell, 4, 3, 2, embedding);
    List<VariableValue> weights = LargeWeights.of(network.weightShapes());
    GradientSetup gradientSetup =
        GradientSetup.withoutNoise(
            network, BatchPart.whole(new BatchShape(2, 3)), ComputeKernel.OPS);
    List<double[]> gradients = gradients(gradientSetup, weights);
    double norm =
        Math.sqrt(gradients.stream().flatMapToDouble(Arrays::stream).map(g -> g * g).sum());
    assertThat(norm).isGreaterThan(MAX_NORM);

    try (TrainingSession session =
            TrainingSession.open(
                new TrainingSetup(gradientSetup, MAX_NORM, false),
                TrainingStart.weights(weights),
                SessionSettings.SEQUENTIAL);
        TrainingSession.Batch batch = session.newBatch()) {
      batch.fill(X, Y);
      TrainingSession.StepOutputs outputs = session.trainAndReturn(batch, 0.1f, 0, false);
      // A norm near 1 of a hundred squares, each rounded by at most 6e-8.
      assertThat((double) outputs.gradientNorm()).isCloseTo(norm, within(5e-6));

      Map<String, VariableValue> variables =
          session.state().variables().stream()
              .collect(Collectors.toMap(VariableValue::name, Function.identity()));
      for (int i = 0; i < weights.size(); i++) {
        String name = weights.get(i).name() + "/Adam";
        double[] expected =
            Arrays.stream(gradients.get(i)).map(g -> 0.1 * g * MAX_NORM / norm).toArray();
        // Values below 0.0125 have an error of 1e-8 after a few roundings.
        assertThat(doubles(variables.get(name).values()))
            .as(name)
            .containsExactly(expected, within(1e-7));
      }
    }
  }

  /** Returns the gradients from a zero state, before clipping. */
  private static List<double[]> gradients(GradientSetup setup, List<VariableValue> weights) {
    int rows = setup.part().shape().batchSize();
    float[][] zeros =
        setup.network().stateSizes().stream()
            .map(size -> new float[rows * size])
            .toArray(float[][]::new);
    try (GradientWorker worker = GradientWorker.open(setup, SessionSettings.SEQUENTIAL)) {
      StepGradients step =
          worker.gradients(
              VariableValue.arrays(weights), new GradientWorker.Window(X, Y), zeros, 0, 0);
      List<double[]> gradients = new ArrayList<>();
      for (float[] gradient : step.dWeights()) {
        gradients.add(doubles(gradient));
      }
      return gradients;
    }
  }

  private static double[] doubles(float[] floats) {
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }
}
