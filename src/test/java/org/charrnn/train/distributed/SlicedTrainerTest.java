package org.charrnn.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.LocalEngine;
import org.charrnn.engine.TaskCache;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.RandomWeights;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.Slicing;
import org.charrnn.testing.FailingEngine;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.DivergedException;
import org.charrnn.train.Setups;
import org.charrnn.train.StreamTrainer;
import org.charrnn.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

/** A text of 5 streams of 16: an epoch is 4 windows of 4. */
class SlicedTrainerTest {
  private static final int STEPS = 10; // over two ends of an epoch

  /** Losses near 2 whose gradients are added in another order: some roundings of 6e-8 a step. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final int[] IDS = new SplittableRandom(1).ints(81, 0, 6).toArray();
  private static final BatchShape BATCH = new BatchShape(5, 4);
  private static final StreamBatcher TEXT = batches(IDS, BATCH);
  private static final LearningRates RATES =
      new LearningRates(LearningRateSchedule.epochs(0.02f, 0.9f, 1), STEPS);
  private static final Regularization REGULARIZATION = new Regularization(0.3f, 0, 0.25f, 0.5f);

  /** Has fewer streams than the batch has rows. */
  private static final TokenRanges OTHER_TEXT =
      TokenRanges.of(
          Setups.text("another text", 6, new SplittableRandom(3).ints(3500, 0, 6).toArray()));

  private static StreamBatcher batches(int[] ids, BatchShape batch) {
    return new StreamBatcher(
        Setups.text("the text", 6, ids), batch.batchSize(), batch.sequenceLength());
  }

  private static ModelConfig network(CellKind cell) {
    return new ModelConfig(cell, 6, 4, 2, 3);
  }

  private static TrainingSetup setup(CellKind cell, ComputeKernel kernel) {
    return Setups.streams(network(cell), BATCH, REGULARIZATION, kernel, 1);
  }

  private static Trainer whole(TrainingSetup setup, StreamBatcher text) {
    TrainingSession session =
        TrainingSession.open(setup, TrainingStart.RANDOM, SessionSettings.allCores());
    return new StreamTrainer(session, RATES, text);
  }

  private static Trainer whole(CellKind cell, ComputeKernel kernel) {
    return whole(setup(cell, kernel), TEXT);
  }

  private static Trainer sliced(
      TrainingSetup setup, StreamBatcher text, Slicing slicing, TrainingStart start) {
    return SlicedTrainer.open(
        new LocalEngine(),
        new SlicedTrainer.Setup(setup, RATES, slicing, text, SessionSettings.allCores()),
        start);
  }

  private static Trainer sliced(CellKind cell, ComputeKernel kernel, int slices) {
    return sliced(setup(cell, kernel), TEXT, new Slicing(slices, 1), TrainingStart.RANDOM);
  }

  private static double[] losses(Trainer trainer) throws DivergedException {
    double[] losses = new double[STEPS + 1];
    for (int step = 0; step < STEPS; step++) {
      trainer.resetStatistics();
      trainer.train(step, step + 1);
      losses[step] = trainer.statistics().lossSumNats();
    }
    losses[STEPS] = trainer.meanLossNats(OTHER_TEXT, read -> {});
    return losses;
  }

  private static float[][] arrays(Trainer trainer) {
    return VariableValue.arrays(trainer.variables());
  }

  /** More ranges than rows, so that streams start again in the middle. */
  @Test
  void rangesAreEvaluatedAsInOnePiece() throws Exception {
    int[] ids = new SplittableRandom(4).ints(200, 0, 6).toArray();
    List<TokenRange> ranges = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ranges.add(new TokenRange("", TokenIds.of(6, ids), 15L * i, 16L * i + 3));
    }
    TokenRanges text = new TokenRanges("the text", ranges);
    try (Trainer whole = whole(CellKind.LSTM, ComputeKernel.fused(2));
        Trainer sliced = sliced(CellKind.LSTM, ComputeKernel.fused(1), 2)) {
      List<Long> read = new ArrayList<>();
      assertThat(sliced.meanLossNats(text, read::add))
          .isCloseTo(whole.meanLossNats(text, count -> {}), ROUNDING);
      assertThat(read).isSorted().endsWith(text.predictable());
    }
  }

  /** Shards are added in the same order as slices, so there is no difference at all. */
  @ParameterizedTest
  @CsvSource({"LSTM, 1", "LSTM, 2", "LSTM, 5", "GRU, 2", "GRU, 3", "RNN, 3"})
  void slicesTrainLikeShardsOfWholeBatch(CellKind cell, int slices) throws Exception {
    try (Trainer whole = whole(cell, ComputeKernel.fused(slices));
        Trainer sliced = sliced(cell, ComputeKernel.fused(1), slices)) {
      assertThat(losses(sliced)).isEqualTo(losses(whole));
      assertThat(arrays(sliced)).isDeepEqualTo(arrays(whole));
      assertThat(sliced.variables())
          .extracting(VariableValue::name)
          .isEqualTo(whole.variables().stream().map(VariableValue::name).toList());
      assertThat(sliced.stepsPerEpoch()).isEqualTo(whole.stepsPerEpoch()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"LSTM, 2", "GRU, 3"})
  void opsKernelTrainsInSlices(CellKind cell, int slices) throws Exception {
    try (Trainer whole = whole(cell, ComputeKernel.OPS);
        Trainer sliced = sliced(cell, ComputeKernel.OPS, slices)) {
      assertThat(losses(sliced)).containsExactly(losses(whole), ROUNDING);
    }
  }

  /**
   * If all slices have the same streams, their average is what each has learned, which equals what
   * a batch with the streams of one slice learns.
   */
  @Test
  void equalSlicesLearnByLocalStepsWhatOneOfThemLearns() throws Exception {
    int[] half = new SplittableRandom(2).ints(40, 0, 6).toArray();
    int[] twice = new int[81];
    System.arraycopy(half, 0, twice, 0, 40);
    System.arraycopy(half, 0, twice, 40, 40);
    twice[80] = half[0];
    int[] once = Arrays.copyOf(twice, 41);
    BatchShape small = new BatchShape(2, 4);
    BatchShape large = new BatchShape(4, 4);
    Regularization clipping = new Regularization(0, 0, 0, 0.5f);
    ComputeKernel kernel = ComputeKernel.fused(1);
    ModelConfig network = network(CellKind.LSTM);
    try (Trainer alone =
            whole(Setups.streams(network, small, clipping, kernel, 1), batches(once, small));
        Trainer both =
            sliced(
                Setups.streams(network, large, clipping, kernel, 1),
                batches(twice, large),
                new Slicing(2, 3),
                TrainingStart.RANDOM)) {
      assertThat(both.stepsTogether()).isEqualTo(3);
      alone.train(0, 8);
      both.train(0, 3);
      both.train(3, 6);
      both.train(6, 8);
      // The average of equal numbers is exact.
      List<VariableValue> expected = alone.variables();
      List<VariableValue> actual = both.variables();
      for (int i = 0; i < expected.size(); i++) {
        float[] values = expected.get(i).values();
        assertThat(Arrays.copyOf(actual.get(i).values(), values.length))
            .as(expected.get(i).name())
            .isEqualTo(values);
      }
      assertThat(both.statistics()).isEqualTo(alone.statistics());
    }
  }

  @Test
  void trainingResumedAtAnAverageEqualsUninterruptedOne() throws Exception {
    TrainingSetup setup = setup(CellKind.LSTM, ComputeKernel.fused(1));
    Slicing slicing = new Slicing(2, 3);
    try (Trainer whole = sliced(setup, TEXT, slicing, TrainingStart.RANDOM);
        Trainer first = sliced(setup, TEXT, slicing, TrainingStart.RANDOM)) {
      whole.train(0, 3);
      whole.train(3, 6);
      first.train(0, 3);
      try (Trainer resumed =
          sliced(setup, TEXT, slicing, TrainingStart.checkpoint(first.variables()))) {
        resumed.train(3, 6);
        assertThat(arrays(resumed)).isDeepEqualTo(arrays(whole));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void stepWithLossThatIsNotFiniteChangesNothing(int localSteps) {
    List<VariableValue> weights =
        RandomWeights.of(network(CellKind.LSTM), 1).stream()
            .map(
                weight ->
                    weight.name().equals("softmax_b")
                        ? new VariableValue(
                            weight.name(), Shape.of(6), new float[] {Float.NaN, 0, 0, 0, 0, 0})
                        : weight)
            .toList();
    try (Trainer trainer =
        sliced(
            setup(CellKind.LSTM, ComputeKernel.fused(1)),
            TEXT,
            new Slicing(2, localSteps),
            TrainingStart.weights(weights))) {
      float[][] before = arrays(trainer);
      assertThatThrownBy(() -> trainer.train(4, 6))
          .isInstanceOf(DivergedException.class)
          .hasMessageStartingWith("the loss at step 4 is NaN; ");
      float[][] after = arrays(trainer);
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isEqualTo(before[i]);
      }
    }
  }

  @Test
  void closeReleasesSessionsOfSlices() throws Exception {
    int before = TaskCache.count();
    try (Trainer trainer = sliced(CellKind.RNN, ComputeKernel.fused(1), 2)) {
      trainer.train(0, 1);
      assertThat(TaskCache.count()).isGreaterThan(before);
    }
    assertThat(TaskCache.count()).isEqualTo(before);
  }

  @Test
  void sessionWithTheWeightsIsClosedEvenIfTheEngineFails() {
    SlicedTrainer.Setup setup =
        new SlicedTrainer.Setup(
            setup(CellKind.RNN, ComputeKernel.fused(1)),
            RATES,
            new Slicing(2, 1),
            TEXT,
            SessionSettings.SEQUENTIAL);
    EngineException lost = new EngineException("the cluster is lost", null);
    Engine engine = new FailingEngine(lost, lost);
    SlicedTrainer trainer = SlicedTrainer.open(engine, setup, TrainingStart.RANDOM);
    assertThat(trainer.weights()).isNotEmpty();
    assertThatThrownBy(trainer::close).isInstanceOf(EngineException.class);
    assertThatThrownBy(trainer::weights).isInstanceOf(IllegalStateException.class);
  }
}
