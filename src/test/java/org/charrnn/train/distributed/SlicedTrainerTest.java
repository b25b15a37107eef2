package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.LocalEngine;
import org.charrnn.model.BatchShape;
import org.charrnn.model.CellKind;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

/** A text of 5 streams of 16: an epoch is 4 windows of 4. */
class SlicedTrainerTest {
  private static final int STEPS = 10; // over two ends of an epoch

  /** Losses near 2, their gradients added up in another order: some roundings of 6e-8 a step. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final int[] IDS = new SplittableRandom(1).ints(81, 0, 6).toArray();
  private static final StreamBatcher TEXT = batches(5, 4);
  private static final TrainingConfig CONFIG =
      new TrainingConfig(5, 4, STEPS, 0.02f, 0.9f, 1, 0.3f, 0.5f, 0, 1, 0, 0, 1);

  private static final TokenRange READ = // of more rows than a stream each can be cut for
      new TokenRange(
          "another text",
          TokenIds.of(6, new SplittableRandom(3).ints(3500, 0, 6).toArray()),
          0,
          3500);

  private static StreamBatcher batches(int streams, int length) {
    return new StreamBatcher(
        new TokenRange("the text", TokenIds.of(6, IDS), 0, IDS.length), streams, length);
  }

  private static ModelConfig network(CellKind cell) {
    return new ModelConfig(cell, 6, 4, 2, 3);
  }

  private static TrainingOptions options(Kernel kernel) {
    return new TrainingOptions(CONFIG.dropout(), CONFIG.clip(), kernel);
  }

  private static Trainer whole(CellKind cell, Kernel kernel) {
    TrainingModel model =
        new TrainingModel(network(cell), new BatchShape(5, 4), options(kernel), CONFIG.seed());
    return new LocalTrainer(model, CONFIG, TEXT);
  }

  private static Trainer sliced(CellKind cell, Kernel kernel, int slices, int localSteps) {
    return SlicedTrainer.create(
        new LocalEngine(),
        network(cell),
        options(kernel),
        CONFIG,
        new Slicing(slices, localSteps),
        TEXT,
        SessionSettings.ofMachine());
  }

  private static double[] losses(Trainer trainer) throws DivergedException {
    double[] losses = new double[STEPS + 1];
    for (int step = 0; step < STEPS; step++) {
      trainer.startCounting();
      trainer.train(step, step + 1);
      losses[step] = trainer.seen().lossSumNats();
    }
    losses[STEPS] = trainer.meanLossNats(READ, read -> {});
    return losses;
  }

  private static float[][] arrays(Trainer trainer) {
    return VariableValue.arrays(trainer.variables());
  }

  /** Shards are added up as slices are, so there is no difference at all. */
  @ParameterizedTest
  @CsvSource({"LSTM, 1", "LSTM, 2", "LSTM, 5", "GRU, 2", "GRU, 3", "RNN, 3"})
  void slicesTrainAsTheShardsOfAWholeBatch(CellKind cell, int slices) throws Exception {
    try (Trainer whole = whole(cell, Kernel.fused(slices));
        Trainer sliced = sliced(cell, Kernel.fused(1), slices, 1)) {
      assertThat(losses(sliced)).isEqualTo(losses(whole));
      assertThat(arrays(sliced)).isDeepEqualTo(arrays(whole));
      assertThat(sliced.variableNames()).isEqualTo(whole.variableNames());
    }
  }

  @ParameterizedTest
  @CsvSource({"LSTM, 2", "GRU, 3"})
  void theOpsKernelTrainsInSlicesToo(CellKind cell, int slices) throws Exception {
    try (Trainer whole = whole(cell, Kernel.OPS);
        Trainer sliced = sliced(cell, Kernel.OPS, slices, 1)) {
      assertThat(losses(sliced)).containsExactly(losses(whole), ROUNDING);
    }
  }

  /**
   * Of slices that each hold the same streams, the average is what each learned: as a batch of one
   * such slice learns.
   */
  @Test
  void slicesAlikeLearnByThemselvesWhatOneOfThemWould() throws Exception {
    int[] half = new SplittableRandom(2).ints(40, 0, 6).toArray();
    int[] twice = new int[81];
    System.arraycopy(half, 0, twice, 0, 40);
    System.arraycopy(half, 0, twice, 40, 40);
    twice[80] = half[0];
    int[] once = Arrays.copyOf(twice, 41);
    TrainingConfig one = new TrainingConfig(2, 4, 8, 0.02f, 0.9f, 1, 0, 0.5f, 0, 1, 0, 0, 1);
    TrainingConfig two = new TrainingConfig(4, 4, 8, 0.02f, 0.9f, 1, 0, 0.5f, 0, 1, 0, 0, 1);
    TrainingOptions options = new TrainingOptions(0, 0.5f, Kernel.fused(1));
    ModelConfig network = network(CellKind.LSTM);
    StreamBatcher streams =
        new StreamBatcher(new TokenRange("the text", TokenIds.of(6, once), 0, 41), 2, 4);
    StreamBatcher streamsTwice =
        new StreamBatcher(new TokenRange("the text", TokenIds.of(6, twice), 0, 81), 4, 4);
    try (Trainer alone =
            new LocalTrainer(
                new TrainingModel(network, new BatchShape(2, 4), options, 1), one, streams);
        Trainer both =
            SlicedTrainer.create(
                new LocalEngine(),
                network,
                options,
                two,
                new Slicing(2, 3),
                streamsTwice,
                SessionSettings.ofMachine())) {
      alone.train(0, 8);
      both.train(0, 3);
      both.train(3, 6);
      both.train(6, 8);
      // Equal numbers average to themselves, exactly.
      List<VariableValue> expected = alone.variables();
      List<VariableValue> actual = both.variables();
      for (int i = 0; i < expected.size(); i++) {
        float[] values = expected.get(i).values();
        assertThat(Arrays.copyOf(actual.get(i).values(), values.length))
            .as(expected.get(i).name())
            .isEqualTo(values);
      }
      assertThat(both.seen().lossSumNats()).isEqualTo(alone.seen().lossSumNats());
      assertThat(both.seen().gradientNorm()).isEqualTo(alone.seen().gradientNorm());
    }
  }

  @Test
  void aTrainingGoesOnAtAnAverageAsIfItHadNotStopped() throws Exception {
    try (Trainer whole = sliced(CellKind.LSTM, Kernel.fused(1), 2, 3);
        Trainer first = sliced(CellKind.LSTM, Kernel.fused(1), 2, 3);
        Trainer then = sliced(CellKind.LSTM, Kernel.fused(1), 2, 3)) {
      whole.train(0, 3);
      whole.train(3, 6);
      first.train(0, 3);
      then.setVariables(first.variables());
      then.train(3, 6);
      assertThat(arrays(then)).isDeepEqualTo(arrays(whole));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void aStepThatSeesNoNumberIsToldAndChangesNothing(int localSteps) {
    try (Trainer trainer = sliced(CellKind.LSTM, Kernel.fused(1), 2, localSteps)) {
      trainer.setVariables(
          List.of(
              new VariableValue("softmax_b", Shape.of(6), new float[] {Float.NaN, 0, 0, 0, 0, 0})));
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
}
