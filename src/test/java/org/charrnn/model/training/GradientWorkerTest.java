package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.checkpoint.VariableValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of a batch apart, against a model that reads the whole batch in as many shards. */
class SliceModelTest {
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

  private static SliceModel.Window rows(int[] x, int[] y, int from, int to) {
    return new SliceModel.Window(
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

  /** The sum of what the slices give, in their order. */
  private static BatchGradients sum(List<BatchGradients> slices) {
    float loss = 0;
    float[][] byWeight = slices.get(0).byWeight();
    List<float[]> state = new ArrayList<>();
    for (int s = 0; s < slices.size(); s++) {
      loss = s == 0 ? slices.get(0).lossNats() : loss + slices.get(s).lossNats();
      for (int i = 0; s > 0 && i < byWeight.length; i++) {
        for (int j = 0; j < byWeight[i].length; j++) {
          byWeight[i][j] += slices.get(s).byWeight()[i][j];
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
    return new BatchGradients(loss, byWeight, state.toArray(float[][]::new));
  }

  /**
   * The same operations on the same numbers, added up in the same order: not even rounding differs.
   */
  @ParameterizedTest
  @CsvSource({
    "LSTM, 1, 0",
    "LSTM, 2, 0.3",
    "LSTM, 3, 0.3",
    "LSTM, 7, 0",
    "GRU, 2, 0.3",
    "GRU, 3, 0",
    "RNN, 3, 0.3"
  })
  void slicesAddUpToTheBatchExactly(CellKind cell, int slices, float dropout) throws Exception {
    ModelConfig config = new ModelConfig(cell, CLASSES, 4, 2, 3);
    BatchShape batch = new BatchShape(ROWS, TIME);
    TrainingOptions whole = new TrainingOptions(dropout, 0.5f, Kernel.fused(slices));
    TrainingOptions apart = new TrainingOptions(dropout, 0.5f, Kernel.fused(1));
    try (TrainingModel one = new TrainingModel(config, batch, whole, 1);
        TrainingModel.Batch fed = one.newBatch();
        TrainingModel driver = new TrainingModel(config, batch, apart, 1)) {
      for (long step = 0; step < STEPS; step++) {
        int[] x = ids();
        int[] y = ids();
        fed.fill(x, y);
        one.train(fed, RATE, step);

        List<BatchGradients> parts = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
          int from = from(slice, slices);
          int to = from(slice + 1, slices);
          BatchPart part = BatchPart.of(new BatchShape(to - from, TIME), ROWS);
          try (SliceModel model =
              new SliceModel(config, part, apart, 1, SessionSettings.ofMachine())) {
            parts.add(
                model.gradients(
                    VariableValue.arrays(driver.weights()),
                    rows(x, y, from, to),
                    rows(driver.state(), from, to),
                    step,
                    from));
          }
        }
        driver.train(sum(parts), RATE);
        assertThat(driver.seen()).as("step %d", step).isEqualTo(one.seen());
      }
      assertThat(VariableValue.arrays(driver.variables()))
          .isDeepEqualTo(VariableValue.arrays(one.variables()));
    }
  }
}
