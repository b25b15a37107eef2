package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CarriedState;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.StepModel;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.loss.WindowEvaluator;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.batches.StreamBatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingSessionTest {
  /** Losses near 3, a few hundred operations, each rounded by at most 6e-8 of its result. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final int[] IDS = new SplittableRandom(1).ints(31, 0, 6).toArray();

  private static TrainingSession open(
      ModelConfig config, BatchShape shape, float dropout, float clip, ComputeKernel kernel) {
    return open(setup(config, shape, dropout, clip, kernel), TrainingStart.RANDOM);
  }

  private static TrainingSetup setup(
      ModelConfig config, BatchShape shape, float dropout, float clip, ComputeKernel kernel) {
    return new TrainingSetup(
        new GradientSetup(config, BatchPart.whole(shape), StepNoise.dropout(dropout), kernel, 1),
        clip,
        true);
  }

  private static TrainingSession open(TrainingSetup setup, TrainingStart start) {
    return TrainingSession.open(setup, start, SessionSettings.allCores());
  }

  /**
   * Returns the losses of the windows of two streams, of 15 ids each and one that follows: three
   * windows of 5, or one of 15.
   */
  private static double[] losses(CellKind cell, int sequenceLength) {
    TokenRange text = new TokenRange("the text", TokenIds.of(6, IDS), 0, 31);
    StreamBatcher batcher = new StreamBatcher(text, 2, sequenceLength);
    int[] x = new int[batcher.batchLength()];
    int[] y = new int[x.length];
    float[] weights = new float[x.length];
    Arrays.fill(weights, 1);
    double[] losses = new double[(int) batcher.batches()];
    ModelConfig config = new ModelConfig(cell, 6, 4, 2, 3);
    TrainingSetup setup =
        setup(config, new BatchShape(2, sequenceLength), 0.5f, 5, ComputeKernel.OPS);
    try (TrainingSession session = open(setup, TrainingStart.weights(LargeWeights.of(config)))) {
      WindowEvaluator evaluator = session.evaluator();
      CarriedState state = evaluator.zeroState();
      for (int batch = 0; batch < losses.length; batch++) {
        batcher.fill(batch, x, y);
        try (CarriedState before = state) {
          WindowEvaluator.WindowLoss window = evaluator.evaluate(x, y, weights, before);
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
  void windowsWithCarriedStateEqualOneLongWindow(CellKind cell) {
    double[] windows = losses(cell, 5);
    assertThat(windows).hasSize(3);
    assertThat(Arrays.stream(windows).average().orElseThrow())
        .isCloseTo(losses(cell, 15)[0], ROUNDING);
  }

  @ParameterizedTest
  @EnumSource
  void lossEqualsFormulaOnTheStreams(CellKind cell) {
    int[][] streams = {Arrays.copyOfRange(IDS, 0, 16), Arrays.copyOfRange(IDS, 15, 31)};
    ModelConfig config = new ModelConfig(cell, 6, 4, 2, 3);
    try (StepModel model = StepModel.open(config, LargeWeights.of(config))) {
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

  /** Returns the losses of eight training steps, which take more than one epoch. */
  private static double[] train(CellKind cell, ComputeKernel kernel) throws NotFiniteException {
    TokenRange text = new TokenRange("the text", TokenIds.of(6, IDS), 0, 31);
    StreamBatcher batcher = new StreamBatcher(text, 3, 3);
    int[] x = new int[batcher.batchLength()];
    int[] y = new int[x.length];
    double[] losses = new double[8];
    try (TrainingSession session =
            open(new ModelConfig(cell, 6, 8, 2, 0), new BatchShape(3, 3), 0.3f, 0.5f, kernel);
        TrainingSession.Batch batch = session.newBatch()) {
      for (int step = 0; step < losses.length; step++) {
        batcher.fill(step % batcher.batches(), x, y);
        batch.fill(x, y);
        session.state().resetStatistics();
        session.train(batch, 0.02f, step);
        losses[step] = session.state().statistics().lossSumNats();
      }
    }
    return losses;
  }

  /**
   * Adam divides a gradient by its own size, so a weight whose gradient is only rounding takes a
   * step of another size; with steps of 0.02 that changes the loss by less than 1e-4.
   */
  @ParameterizedTest
  @CsvSource({"LSTM, 1", "LSTM, 2", "GRU, 1", "GRU, 2", "RNN, 2"})
  void fusedKernelTrainsLikeOps(CellKind cell, int shards) throws NotFiniteException {
    double[] losses = train(cell, ComputeKernel.OPS);
    assertThat(losses[6]).isLessThan(losses[0]); // steps 0 and 6 read the first window
    assertThat(train(cell, ComputeKernel.fused(shards))).containsExactly(losses, within(1e-4));
  }

  @ParameterizedTest
  @EnumSource
  void stepThatReturnsItsOutputsChangesTheSame(ComputeKernel.Kind kind) throws NotFiniteException {
    ModelConfig config = new ModelConfig(CellKind.LSTM, 6, 4, 2, 3);
    ComputeKernel kernel = new ComputeKernel(kind, 1, Precision.FLOAT32);
    TrainingSetup setup = setup(config, new BatchShape(2, 3), 0.3f, 0.5f, kernel);
    try (TrainingSession session = open(setup, TrainingStart.RANDOM);
        TrainingSession.Batch batch = session.newBatch();
        TrainingSession returning = open(setup, TrainingStart.RANDOM);
        TrainingSession.Batch same = returning.newBatch()) {
      int[] x = {0, 1, 2, 3, 4, 5};
      int[] y = {1, 2, 3, 4, 5, 0};
      batch.fill(x, y);
      same.fill(x, y);
      double lossSum = 0;
      float maxNorm = 0;
      for (int step = 0; step < 3; step++) {
        session.train(batch, 0.02f, step);
        TrainingSession.StepOutputs outputs = returning.trainAndReturn(same, 0.02f, step, true);
        lossSum += outputs.meanLossNats();
        maxNorm = Math.max(maxNorm, outputs.gradientNorm());
        assertThat(outputs.predictions()).hasDimensions(2, 3);
        assertThat(returning.state().arrays()).isDeepEqualTo(session.state().arrays());
        assertThat(session.state().statistics()).isEqualTo(new StepStatistics(lossSum, maxNorm));
      }
    }
  }

  /** If such a step changed the weights, it would spread NaN to all of them. */
  @Test
  void stepWithNanLossChangesNothing() {
    ModelConfig config = ModelConfig.lab(6, 4, 2);
    List<VariableValue> weights = LargeWeights.of(config);
    weights.get(weights.size() - 1).values()[0] = Float.NaN; // of softmax_b
    TrainingSetup setup = setup(config, new BatchShape(2, 3), 0, 5, ComputeKernel.fused(2));
    try (TrainingSession session = open(setup, TrainingStart.weights(weights));
        TrainingSession.Batch batch = session.newBatch()) {
      batch.fill(new int[] {0, 1, 2, 3, 4, 5}, new int[] {1, 2, 3, 4, 5, 0});
      List<VariableValue> before = session.state().variables();
      assertThatThrownBy(() -> session.train(batch, 0.1f, 0))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage("the loss is NaN");
      assertThat(session.state().statistics()).isEqualTo(new StepStatistics(0, 0));
      List<VariableValue> after = session.state().variables();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).values())
            .as(before.get(i).name())
            .isEqualTo(before.get(i).values());
      }
    }
  }

  /** The old kernels computed something else, or failed with a message of TensorFlow. */
  @ParameterizedTest
  @CsvSource({"OPS, -1", "OPS, 6", "FUSED, -1", "FUSED, 6"})
  void idsAndTargetsOutOfRangeAreRejected(ComputeKernel.Kind kind, int id) {
    ComputeKernel kernel =
        kind == ComputeKernel.Kind.OPS ? ComputeKernel.OPS : ComputeKernel.fused(2);
    int[] valid = {0, 1, 2, 3, 4, 5};
    int[] invalid = {0, 1, 2, 3, id, 5};
    float[] ones = {1, 1, 1, 1, 1, 1};
    try (TrainingSession session =
            open(ModelConfig.lab(6, 4, 2), new BatchShape(2, 3), 0, 5, kernel);
        TrainingSession.Batch batch = session.newBatch();
        CarriedState zeros = session.evaluator().zeroState()) {
      assertOutOfRange(id, () -> batch.fill(invalid, valid));
      assertOutOfRange(id, () -> batch.fill(valid, invalid));
      assertOutOfRange(id, () -> session.evaluator().evaluate(invalid, valid, ones, zeros));
      assertOutOfRange(id, () -> session.evaluator().evaluate(valid, invalid, ones, zeros));
    }
  }

  private static void assertOutOfRange(int id, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the id at index 4 is %d, but the model's ids are 0 to 5", id);
  }

  /** Steps fetch nothing: only the pointers of each call to TensorFlow are allocated in Java. */
  @Test
  void stepAllocatesAlmostNoHeapMemory() throws NotFiniteException {
    var allocated = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (TrainingSession session =
            open(ModelConfig.lab(6, 4, 2), new BatchShape(20, 50), 0, 5, ComputeKernel.OPS);
        TrainingSession.Batch batch = session.newBatch()) {
      long before = 0;
      for (int step = 0; step < 60; step++) {
        if (step == 10) {
          before = allocated.getThreadAllocatedBytes(thread);
        }
        session.train(batch, 0.1f, step);
      }
      assertThat((allocated.getThreadAllocatedBytes(thread) - before) / 50).isLessThan(4000);
    }
  }
}
