package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingModelTest {
  /** Losses near 3, of some hundred operations, each rounded by at most 6e-8 of its size. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final int[] IDS = new SplittableRandom(1).ints(31, 0, 6).toArray();

  /** 31 ids in two streams of 15 and one that follows: three windows of 5, or one of 15. */
  private static double[] losses(CellKind cell, int sequenceLength) {
    TokenRange text = new TokenRange("the text", TokenIds.of(6, IDS), 0, 31);
    StreamBatcher batcher = new StreamBatcher(text, 2, sequenceLength);
    int[] x = new int[batcher.batchLength()];
    int[] y = new int[x.length];
    double[] losses = new double[(int) batcher.batches()];
    try (TrainingModel model =
        new TrainingModel(
            new ModelConfig(cell, 6, 4, 2, 3),
            new BatchShape(2, sequenceLength),
            new TrainingOptions(0.5f, 5, Kernel.OPS),
            1)) {
      model.setVariables(RandomWeights.of(model.weightShapes()));
      CarriedState state = model.zeroState();
      for (int batch = 0; batch < losses.length; batch++) {
        batcher.fill(batch, x, y);
        try (CarriedState before = state) {
          TrainingModel.Step step = model.evaluate(x, y, before);
          losses[batch] = step.meanLossNats();
          state = step.state();
        }
      }
      state.close();
    }
    return losses;
  }

  @ParameterizedTest
  @EnumSource
  void windowsWithTheStateCarriedAreOneLongWindow(CellKind cell) {
    double[] windows = losses(cell, 5);
    assertThat(windows).hasSize(3);
    assertThat(Arrays.stream(windows).average().orElseThrow())
        .isCloseTo(losses(cell, 15)[0], ROUNDING);
  }

  @ParameterizedTest
  @EnumSource
  void theLossIsTheFormulasOfTheStreams(CellKind cell) {
    int[][] streams = {Arrays.copyOfRange(IDS, 0, 16), Arrays.copyOfRange(IDS, 15, 31)};
    try (StepModel model = new StepModel(new ModelConfig(cell, 6, 4, 2, 3))) {
      model.setWeights(RandomWeights.of(model.weightShapes()));
      double[][] expected = StepLosses.of(model, streams);
      double[] windows = losses(cell, 5);
      for (int w = 0; w < 3; w++) {
        double mean = 0;
        for (double[] stream : expected) {
          mean += Arrays.stream(stream, 5 * w, 5 * w + 5).sum() / 10;
        }
        assertThat(windows[w]).isCloseTo(mean, ROUNDING);
      }
    }
  }
}
