package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;

class UpdateSessionTest {
  private static final BatchShape BATCH = new BatchShape(3, 4);
  private static final int CLASSES = 6;
  private static final float RATE = 0.02f;

  private final SplittableRandom random = new SplittableRandom(18);

  private static ModelConfig config(CellKind cell) {
    return new ModelConfig(cell, CLASSES, 5, 2, 3);
  }

  private static TrainingSetup setup(CellKind cell, ComputeKernel kernel) {
    return new TrainingSetup(
        new GradientSetup(config(cell), BatchPart.whole(BATCH), StepNoise.dropout(0.3f), kernel, 1),
        0.5f,
        true);
  }

  private static UpdateSession open(TrainingSetup setup) {
    return UpdateSession.open(setup, TrainingStart.RANDOM, SessionSettings.SEQUENTIAL);
  }

  /** Returns a loss, gradients and a state with random values. */
  private StepGradients randomStep(ModelConfig config) {
    return new StepGradients(
        (float) random.nextDouble(1, 3),
        config.weightShapes().values().stream()
            .map(Shape::size)
            .map(size -> Numbers.floats(Numbers.vector(random, size.intValue())))
            .toArray(float[][]::new),
        config.stateSizes().stream()
            .map(size -> Numbers.floats(Numbers.vector(random, BATCH.batchSize() * size)))
            .toArray(float[][]::new));
  }

  static Stream<Arguments> notFiniteSteps() {
    return Stream.of(
        Arguments.of(Float.NaN, null, "the loss is NaN"),
        Arguments.of(Float.POSITIVE_INFINITY, null, "the loss is Infinity"),
        Arguments.of(1f, Float.NaN, "the gradient norm is NaN"),
        Arguments.of(1f, Float.NEGATIVE_INFINITY, "the gradient norm is Infinity"),
        Arguments.of(1f, 1e30f, "the gradient norm is Infinity")); // its square overflows
  }

  private StepGradients notFinite(ModelConfig config, float loss, Float gradient) {
    StepGradients step = randomStep(config);
    if (gradient != null) {
      step.dWeights()[2][1] = gradient;
    }
    return new StepGradients(loss, step.dWeights(), step.state());
  }

  /**
   * The carried state's variables used to keep the memory of the buffers that the step before was
   * fed from, so that the state of a rejected step was carried on.
   */
  @ParameterizedTest
  @MethodSource("notFiniteSteps")
  void stepThatIsNotFiniteChangesNothing(float loss, Float gradient, String message)
      throws NotFiniteException {
    TrainingSetup setup = setup(CellKind.LSTM, ComputeKernel.fused(1));
    ModelConfig config = setup.gradients().network();
    StepGradients first = randomStep(config);
    StepGradients second = randomStep(config);
    Consumer<UpdateSession> reject =
        session -> {
          float[][] before = session.state().arrays();
          StepStatistics statistics = session.state().statistics();
          StepGradients step = notFinite(config, loss, gradient);
          assertThatThrownBy(() -> session.apply(step, RATE))
              .isInstanceOf(NotFiniteException.class)
              .hasMessage(message);
          assertThat(session.state().arrays()).isDeepEqualTo(before);
          assertThat(session.state().statistics()).isEqualTo(statistics);
        };
    try (UpdateSession session = open(setup);
        UpdateSession expected = open(setup)) {
      reject.accept(session);
      session.apply(first, RATE);
      reject.accept(session);
      reject.accept(session);
      session.apply(second, RATE);
      reject.accept(session);

      expected.apply(first, RATE);
      expected.apply(second, RATE);
      assertThat(session.state().arrays()).isDeepEqualTo(expected.state().arrays());
      assertThat(session.state().statistics()).isEqualTo(expected.state().statistics());
    }
  }

  @Test
  void stepCarriesItsStateAndCountsItsLoss() throws NotFiniteException {
    TrainingSetup setup = setup(CellKind.GRU, ComputeKernel.fused(1));
    try (UpdateSession session = open(setup)) {
      StepGradients step = randomStep(setup.gradients().network());
      session.apply(step, RATE);
      assertThat(VariableValue.arrays(session.state().carriedState())).isDeepEqualTo(step.state());
      assertThat(session.state().statistics().lossSumNats()).isEqualTo(step.lossNats());

      session.state().resetCarriedState();
      for (float[] zeros : VariableValue.arrays(session.state().carriedState())) {
        assertThat(zeros).containsOnly(0);
      }
    }
  }

  @Test
  void wrongNumberOfGradientsOrStateTensorsIsRejected() {
    TrainingSetup setup = setup(CellKind.RNN, ComputeKernel.fused(1));
    StepGradients step = randomStep(setup.gradients().network());
    try (UpdateSession session = open(setup)) {
      assertThatThrownBy(
              () -> session.apply(new StepGradients(1, step.state(), step.state()), RATE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("2 arrays for 7 operands");
      assertThatThrownBy(
              () -> session.apply(new StepGradients(1, step.dWeights(), new float[3][15]), RATE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the state has 2 tensors, got 3");
    }
  }

  /** Both sessions do the same operations on the same numbers. */
  @ParameterizedTest
  @CsvSource({"LSTM, OPS", "LSTM, FUSED", "GRU, OPS", "GRU, FUSED", "RNN, OPS", "RNN, FUSED"})
  void gradientsOfAWorkerUpdateLikeATrainingSessionBitForBit(CellKind cell, ComputeKernel.Kind kind)
      throws NotFiniteException {
    TrainingSetup setup = setup(cell, new ComputeKernel(kind, 1, Precision.FLOAT32));
    try (TrainingSession expected =
            TrainingSession.open(setup, TrainingStart.RANDOM, SessionSettings.SEQUENTIAL);
        TrainingSession.Batch batch = expected.newBatch();
        GradientWorker worker = GradientWorker.open(setup.gradients(), SessionSettings.SEQUENTIAL);
        UpdateSession session = open(setup)) {
      for (int step = 0; step < 4; step++) {
        int[] x = random.ints(BATCH.size(), 0, CLASSES).toArray();
        int[] y = random.ints(BATCH.size(), 0, CLASSES).toArray();
        batch.fill(x, y);
        expected.train(batch, RATE, step);
        session.apply(
            worker.gradients(
                VariableValue.arrays(session.state().weights()),
                new GradientWorker.Window(x, y),
                VariableValue.arrays(session.state().carriedState()),
                step,
                0),
            RATE);
        assertThat(session.state().arrays())
            .as("after step %d", step)
            .isDeepEqualTo(expected.state().arrays());
        assertThat(session.state().statistics()).isEqualTo(expected.state().statistics());
      }
    }
  }
}
