package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;

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
    float[] weights = new float[x.length];
    Arrays.fill(weights, 1);
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
          ReadingModel.Window window = model.read(x, y, weights, before);
          losses[batch] = window.meanLossNats();
          state = window.state();
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

  /** The losses of some steps of training, over an epoch's border. */
  private static double[] trained(CellKind cell, Kernel kernel) throws NotFiniteException {
    TokenRange text = new TokenRange("the text", TokenIds.of(6, IDS), 0, 31);
    StreamBatcher batcher = new StreamBatcher(text, 3, 3);
    int[] x = new int[batcher.batchLength()];
    int[] y = new int[x.length];
    double[] losses = new double[8];
    try (TrainingModel model =
        new TrainingModel(
            new ModelConfig(cell, 6, 8, 2, 0),
            new BatchShape(3, 3),
            new TrainingOptions(0.3f, 0.5f, kernel),
            1)) {
      try (TrainingModel.Batch batch = model.newBatch()) {
        for (int step = 0; step < losses.length; step++) {
          batcher.fill(step % batcher.batches(), x, y);
          batch.fill(x, y);
          model.startCounting();
          model.train(batch, 0.02f, step);
          losses[step] = model.seen().lossSumNats();
        }
      }
    }
    return losses;
  }

  /**
   * Adam divides a gradient by its own size, so a weight whose gradient is all rounding takes a
   * step of another size; with steps of 0.02 that moves the loss by less than 1e-4.
   */
  @ParameterizedTest
  @CsvSource({"LSTM, 1", "LSTM, 2", "GRU, 1", "GRU, 2", "RNN, 2"})
  void theFusedKernelTrainsAsTheOpsDo(CellKind cell, int shards) throws NotFiniteException {
    double[] losses = trained(cell, Kernel.OPS);
    assertThat(losses[7]).isLessThan(losses[0]);
    assertThat(trained(cell, Kernel.fused(shards))).containsExactly(losses, within(1e-4));
  }

  /** A weight of NaN makes the loss one, and a step that learns from it would spread it. */
  @Test
  void aStepThatSeesNoNumberChangesNothing() {
    try (TrainingModel model =
            new TrainingModel(
                ModelConfig.lab(6, 4, 2),
                new BatchShape(2, 3),
                new TrainingOptions(0, 5, Kernel.fused(2)),
                1);
        TrainingModel.Batch batch = model.newBatch()) {
      batch.fill(new int[] {0, 1, 2, 3, 4, 5}, new int[] {1, 2, 3, 4, 5, 0});
      model.setVariables(
          List.of(
              new VariableValue("softmax_b", Shape.of(6), new float[] {Float.NaN, 0, 0, 0, 0, 0})));
      List<VariableValue> before = model.variables();
      assertThatThrownBy(() -> model.train(batch, 0.1f, 0))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage("the loss is NaN");
      assertThat(model.seen()).isEqualTo(new TrainingModel.Seen(0, 0));
      List<VariableValue> after = model.variables();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).values())
            .as(before.get(i).name())
            .isEqualTo(before.get(i).values());
      }
    }
  }

  /**
   * Steps without a fetch: what is left on the Java side are the pointers that a call hands over.
   */
  @Test
  void aStepAllocatesNextToNothing() throws NotFiniteException {
    var allocated = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (TrainingModel model =
            new TrainingModel(
                ModelConfig.lab(6, 4, 2),
                new BatchShape(20, 50),
                new TrainingOptions(0, 5, Kernel.OPS),
                1);
        TrainingModel.Batch batch = model.newBatch()) {
      long before = 0;
      for (int step = 0; step < 60; step++) {
        if (step == 10) {
          before = allocated.getThreadAllocatedBytes(thread);
        }
        model.train(batch, 0.1f, step);
      }
      assertThat((allocated.getThreadAllocatedBytes(thread) - before) / 50).isLessThan(4000);
    }
  }
}
