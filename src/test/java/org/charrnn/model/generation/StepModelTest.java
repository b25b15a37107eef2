package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.charrnn.sample.LanguageModel.Decoder;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.Threads;
import org.charrnn.text.Windows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StepModelTest {
  private static final int CLASSES = 7;

  /** Logits below 10, a few hundred operations, each rounded by at most 6e-8 of its size. */
  private static final Offset<Float> ROUNDING = within(1e-5f);

  private static final Offset<Double> DOUBLE_ROUNDING = within(1e-5);

  private final int[][] x =
      IntStream.range(0, 3)
          .mapToObj(row -> new SplittableRandom(row).ints(12, 0, CLASSES).toArray())
          .toArray(int[][]::new);

  private static StepModel stepModel(ModelConfig config) {
    StepModel model = new StepModel(config);
    model.setWeights(RandomWeights.of(model.weightShapes()));
    return model;
  }

  @ParameterizedTest
  @CsvSource({"LSTM, 0", "LSTM, 3", "GRU, 0", "GRU, 3", "RNN, 0", "RNN, 3"})
  void logitsOfEachStepAreThoseOfTheUnrolledGraph(CellKind cell, int embedding) {
    ModelConfig config = new ModelConfig(cell, CLASSES, 5, 2, embedding);
    try (LabModel unrolled = new LabModel(config, new Windows(x, x), Kernel.OPS, 0.1f, 1);
        StepModel model = stepModel(config);
        Decoder decoder = model.start(3)) {
      unrolled.setWeights(RandomWeights.of(unrolled.weightShapes()));
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
  void statesAreThoseAfterEachToken(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, CLASSES, 5, 2, 0);
    try (StepModel model = stepModel(config)) {
      List<double[]> weights =
          RandomWeights.of(model.weightShapes()).stream()
              .map(weight -> Numbers.doubles(weight.values()))
              .toList();
      List<float[][]> states = model.states(x[0]);
      List<double[][]> zeros = states.stream().map(tensor -> new double[1][5]).toList();
      for (int t = 0; t < x[0].length; t++) {
        int[][] soFar = {Arrays.copyOf(x[0], t + 1)};
        List<double[][]> expected = new NetworkFormula(config).run(weights, soFar, zeros).state();
        assertThat(states).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(Numbers.doubles(states.get(i)[t]))
              .containsExactly(expected.get(i)[0], DOUBLE_ROUNDING);
        }
      }
    }
  }

  /** Rows 2, 0 and 2 again go on: each as if it alone had been read. */
  @ParameterizedTest
  @EnumSource
  void selectedRowsGoOnFromWhereTheyWere(CellKind cell) {
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

  /** Each thread reads another text; all at once as one after another. */
  @Test
  void manyThreadsReadAsOneDoes() {
    try (StepModel model = stepModel(new ModelConfig(CellKind.LSTM, CLASSES, 5, 2, 0))) {
      List<float[]> alone = IntStream.range(0, 16).mapToObj(text -> logits(model, text)).toList();
      List<float[]> together = Threads.run(16, text -> logits(model, text));
      for (int text = 0; text < alone.size(); text++) {
        assertThat(together.get(text)).as("text %d", text).containsExactly(alone.get(text));
      }
    }
  }

  private static float[] logits(StepModel model, int seed) {
    try (Decoder decoder = model.start(1)) {
      return decoder.read(new SplittableRandom(seed).ints(200, 0, CLASSES).toArray());
    }
  }
}
