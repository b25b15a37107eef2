package org.charrnn.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.testing.LabSession;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.NetworkFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.Threads;
import org.charrnn.text.batches.Windows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepModelTest {
  private static final int CLASSES = 7;

  /** Logits below 10, a few hundred operations, each rounded by at most 6e-8 of its result. */
  private static final Offset<Float> ROUNDING = within(1e-5f);

  private static final Offset<Double> DOUBLE_ROUNDING = within(1e-5);

  private final int[][] x =
      IntStream.range(0, 3)
          .mapToObj(row -> new SplittableRandom(row).ints(12, 0, CLASSES).toArray())
          .toArray(int[][]::new);

  private static StepModel stepModel(ModelConfig config) {
    return StepModel.open(config, LargeWeights.of(config));
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM, 0, false",
    "LSTM, 3, false",
    "LSTM, 5, true",
    "GRU, 0, false",
    "GRU, 3, false",
    "RNN, 0, false",
    "RNN, 3, false",
    "RNN, 5, true"
  })
  void logitsOfEachStepEqualThoseOfTheUnrolledGraph(CellKind cell, int embedding, boolean tied) {
    ModelConfig config = new ModelConfig(cell, CLASSES, 5, 2, embedding, tied);
    Windows windows = new Windows(x, x);
    try (LabSession unrolled =
            LabSession.open(
                LabSession.setup(config, windows, ComputeKernel.OPS, 1),
                TrainingStart.weights(LargeWeights.of(config)),
                windows,
                0.1f);
        StepModel model = stepModel(config);
        Decoder decoder = model.start(3)) {
      float[][][] expected = unrolled.logits();
      for (int t = 0; t < 12; t++) {
        float[][] logits = decoder.step(new int[] {x[0][t], x[1][t], x[2][t]});
        for (int row = 0; row < 3; row++) {
          assertThat(logits[row]).containsExactly(expected[row][t], ROUNDING);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void statesAfterEachTokenEqualFormula(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, CLASSES, 5, 2, 0);
    try (StepModel model = stepModel(config)) {
      List<double[]> weights =
          LargeWeights.of(config).stream().map(weight -> Numbers.doubles(weight.values())).toList();
      List<float[][]> states = model.states(x[0]);
      List<double[][]> zeros = states.stream().map(tensor -> new double[1][5]).toList();
      for (int t = 0; t < x[0].length; t++) {
        int[][] beginning = {Arrays.copyOf(x[0], t + 1)};
        List<double[][]> expected =
            new NetworkFormula(config).run(weights, beginning, zeros).state();
        assertThat(states).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(Numbers.doubles(states.get(i)[t]))
              .containsExactly(expected.get(i)[0], DOUBLE_ROUNDING);
        }
      }
    }
  }

  /** Rows 2, 0 and 2 again are continued, each as if it had been read alone. */
  @ParameterizedTest
  @EnumSource
  void selectedRowsContinueFromTheirState(CellKind cell) {
    try (StepModel model = stepModel(new ModelConfig(cell, CLASSES, 5, 2, 0));
        Decoder decoder = model.start(3)) {
      for (int t = 0; t < 4; t++) {
        decoder.step(new int[] {x[0][t], x[1][t], x[2][t]});
      }
      decoder.select(new int[] {2, 0, 2});
      float[][] logits = decoder.step(new int[] {4, 5, 6});
      assertThat(logits[0]).containsExactly(read(model, 2, 4), ROUNDING);
      assertThat(logits[1]).containsExactly(read(model, 0, 5), ROUNDING);
      assertThat(logits[2]).containsExactly(read(model, 2, 6), ROUNDING);
    }
  }

  private float[] read(StepModel model, int row, int last) {
    try (Decoder alone = model.start(1)) {
      return alone.read(new int[] {x[row][0], x[row][1], x[row][2], x[row][3], last});
    }
  }

  /** Each thread reads another text. */
  @Test
  void concurrentThreadsReadTheSameAsOneThread() {
    try (StepModel model = stepModel(new ModelConfig(CellKind.LSTM, CLASSES, 5, 2, 0))) {
      List<float[]> sequential =
          IntStream.range(0, 16).mapToObj(text -> logits(model, text)).toList();
      List<float[]> concurrent = Threads.run(16, text -> logits(model, text));
      for (int text = 0; text < sequential.size(); text++) {
        assertThat(concurrent.get(text)).as("text %d", text).containsExactly(sequential.get(text));
      }
    }
  }

  private static float[] logits(StepModel model, int seed) {
    try (Decoder decoder = model.start(1)) {
      return decoder.read(new SplittableRandom(seed).ints(200, 0, CLASSES).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, CLASSES})
  void idOutOfRangeIsRejectedAndTheDecoderCanBeUsedAgain(int id) {
    try (StepModel model = stepModel(new ModelConfig(CellKind.GRU, CLASSES, 5, 2, 3));
        Decoder decoder = model.start(2);
        Decoder other = model.start(2)) {
      assertThatThrownBy(() -> decoder.step(new int[] {0, id}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the id at index 1 is %d, but the model's ids are 0 to 6", id);
      assertThat(decoder.step(new int[] {0, 1})).isDeepEqualTo(other.step(new int[] {0, 1}));
      assertThatThrownBy(() -> model.states(new int[] {0, 1, id}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the id at index 2 is %d, but the model's ids are 0 to 6", id);
    }
  }
}
