package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
import org.charrnn.testing.LargeWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares slices of a batch with a session that reads the whole batch in as many shards. */
class GradientWorkerTest {
  private static final int ROWS = 7;
  private static final int TIME = 5;
  private static final int CLASSES = 6;
  private static final int STEPS = 4;
  private static final float RATE = 0.02f;

  private final SplittableRandom random = new SplittableRandom(1);

  private int[] ids() {
    return random.ints(ROWS * TIME, 0, CLASSES).toArray();
  }

  private static int from(int slice, int slices) {
    return ROWS * slice / slices;
  }

  private static GradientWorker.Window rows(int[] x, int[] y, int from, int to) {
    return new GradientWorker.Window(
        Arrays.copyOfRange(x, from * TIME, to * TIME),
        Arrays.copyOfRange(y, from * TIME, to * TIME));
  }

  private static float[][] rows(List<VariableValue> state, int from, int to) {
    float[][] rows = new float[state.size()][];
    for (int i = 0; i < rows.length; i++) {
      int size = (int) state.get(i).shape().get(1);
      rows[i] = Arrays.copyOfRange(state.get(i).values(), from * size, to * size);
    }
    return rows;
  }

  /** Adds up the gradients of the slices, in order, and joins their states. */
  private static StepGradients sum(List<StepGradients> slices) {
    float loss = 0;
    float[][] dWeights = slices.get(0).dWeights();
    List<float[]> state = new ArrayList<>();
    for (int s = 0; s < slices.size(); s++) {
      loss = s == 0 ? slices.get(0).lossNats() : loss + slices.get(s).lossNats();
      for (int i = 0; s > 0 && i < dWeights.length; i++) {
        for (int j = 0; j < dWeights[i].length; j++) {
          dWeights[i][j] += slices.get(s).dWeights()[i][j];
        }
      }
      for (int i = 0; i < slices.get(s).state().length; i++) {
        float[] rows = slices.get(s).state()[i];
        float[] before = s == 0 ? new float[0] : state.get(i);
        float[] joined = Arrays.copyOf(before, before.length + rows.length);
        System.arraycopy(rows, 0, joined, before.length, rows.length);
        if (s == 0) {
          state.add(joined);
        } else {
          state.set(i, joined);
        }
      }
    }
    return new StepGradients(loss, dWeights, state.toArray(float[][]::new));
  }

  /**
   * The same operations on the same numbers, added up in the same order: even the rounding is
   * equal.
   */
  @ParameterizedTest
  @CsvSource({
    "LSTM, 1, 0, 3, false",
    "LSTM, 2, 0.3, 3, false",
    "LSTM, 3, 0.3, 3, false",
    "LSTM, 7, 0, 3, false",
    "LSTM, 3, 0.3, 4, true",
    "GRU, 2, 0.3, 3, false",
    "GRU, 3, 0, 3, false",
    "RNN, 3, 0.3, 3, false",
    "RNN, 7, 0, 4, true"
  })
  void gradientsOfSlicesAddUpToThoseOfTheBatchBitForBit(
      CellKind cell, int slices, float dropout, int embedding, boolean tied)
      throws NotFiniteException {
    ModelConfig config = new ModelConfig(cell, CLASSES, 4, 2, embedding, tied);
    TrainingSetup whole = setup(config, dropout, ComputeKernel.fused(slices));
    TrainingSetup sliced = setup(config, dropout, ComputeKernel.fused(1));
    try (TrainingSession expected =
            TrainingSession.open(whole, TrainingStart.RANDOM, SessionSettings.allCores());
        TrainingSession.Batch batch = expected.newBatch();
        UpdateSession driver =
            UpdateSession.open(sliced, TrainingStart.RANDOM, SessionSettings.allCores())) {
      for (long step = 0; step < STEPS; step++) {
        int[] x = ids();
        int[] y = ids();
        batch.fill(x, y);
        expected.train(batch, RATE, step);

        List<StepGradients> parts = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
          int from = from(slice, slices);
          int to = from(slice + 1, slices);
          BatchPart part = BatchPart.of(new BatchShape(to - from, TIME), ROWS);
          try (GradientWorker worker =
              GradientWorker.open(sliced.withPart(part).gradients(), SessionSettings.allCores())) {
            parts.add(
                worker.gradients(
                    VariableValue.arrays(driver.state().weights()),
                    rows(x, y, from, to),
                    rows(driver.state().carriedState(), from, to),
                    step,
                    from));
          }
        }
        driver.apply(sum(parts), RATE);
        assertThat(driver.state().statistics())
            .as("step %d", step)
            .isEqualTo(expected.state().statistics());
      }
      assertThat(driver.state().arrays()).isDeepEqualTo(expected.state().arrays());
    }
  }

  private static TrainingSetup setup(ModelConfig config, float dropout, ComputeKernel kernel) {
    BatchPart batch = BatchPart.whole(new BatchShape(ROWS, TIME));
    return new TrainingSetup(
        new GradientSetup(config, batch, StepNoise.dropout(dropout), kernel, 1), 0.5f, true);
  }

  /** The old worker computed something else, or failed with a message of TensorFlow. */
  @ParameterizedTest
  @CsvSource({"OPS, -1", "OPS, 6", "FUSED, -1", "FUSED, 6"})
  void idsAndTargetsOutOfRangeAreRejected(ComputeKernel.Kind kind, int id) {
    ModelConfig config = ModelConfig.lab(CLASSES, 4, 1);
    GradientSetup setup =
        GradientSetup.withoutNoise(
            config,
            BatchPart.of(new BatchShape(1, 3), 1),
            new ComputeKernel(kind, 1, Precision.FLOAT32));
    float[][] weights = VariableValue.arrays(LargeWeights.of(config));
    float[][] state = {new float[4], new float[4]};
    int[] valid = {0, 1, 2};
    int[] invalid = {0, id, 2};
    try (GradientWorker worker = GradientWorker.open(setup, SessionSettings.SEQUENTIAL)) {
      for (GradientWorker.Window window :
          List.of(
              new GradientWorker.Window(invalid, valid),
              new GradientWorker.Window(valid, invalid))) {
        var evaluation = new GradientWorker.EvaluationWindow(window, new float[] {1, 1, 1}, 3);
        assertThatThrownBy(() -> worker.gradients(weights, window, state, 0, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the id at index 1 is %d, but the model's ids are 0 to 5", id);
        assertThatThrownBy(() -> worker.losses(weights, List.of(evaluation), state))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the id at index 1 is %d, but the model's ids are 0 to 5", id);
      }
    }
  }
}
