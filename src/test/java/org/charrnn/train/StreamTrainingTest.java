package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.RandomWeights;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.StepModel;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.TrainingVariables;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.store.TrainingProgress;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.Level;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.listeners.CheckpointWriter;
import org.charrnn.train.listeners.DivergenceCheck;
import org.charrnn.train.listeners.HistoryRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

/**
 * Training on streams as the program does: {@link StreamTrainer}, {@link TrainingLoop} and its
 * listeners. The text has period 4; in 2 streams of 20, an epoch is 4 windows of 5.
 */
class StreamTrainingTest {
  private static final String TEXT = "abac".repeat(10) + "a";
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);
  private static final int[] IDS = VOCABULARY.encode(TEXT);
  private static final ModelConfig NETWORK = ModelConfig.lab(3, 6, 1);
  private static final TokenRange RANGE = Setups.text("the text", 3, IDS);
  private static final BatchShape BATCH = new BatchShape(2, 5);

  @TempDir Path directory;
  private TrainingStart start = TrainingStart.RANDOM;

  private static TrainingConfig settings(float learningRate, long steps) {
    return new TrainingConfig(
        BATCH,
        steps,
        LearningRateSchedule.constant(learningRate),
        new Regularization(0, 0, 0, 5f),
        Saving.checkpoints(1),
        1);
  }

  private RunDirectory train(float learningRate, int steps, boolean validated)
      throws IOException, DivergedException {
    TextConfig text =
        new TextConfig(Level.CHARACTER, false, List.of(), "UTF-8", "report", IDS.length, "");
    RunDirectory run =
        RunDirectory.create(
            directory,
            new RunConfig(
                "test",
                RunKind.TRAIN,
                NETWORK,
                text,
                settings(learningRate, steps),
                ComputeKernel.OPS,
                Slicing.NONE,
                null),
            VOCABULARY);
    train(
        run,
        TrainingProgress.START,
        validated ? Optional.of(TokenRanges.of(RANGE)) : Optional.empty());
    return run;
  }

  private void train(RunDirectory run, TrainingProgress progress, Optional<TokenRanges> validation)
      throws IOException, DivergedException {
    TrainingConfig settings = run.config().training();
    try (Trainer trainer =
            new StreamTrainer(
                TrainingSession.open(
                    Setups.streams(
                        NETWORK,
                        BATCH,
                        settings.regularization(),
                        ComputeKernel.OPS,
                        settings.seed()),
                    start,
                    SessionSettings.allCores()),
                LearningRates.of(settings),
                new StreamBatcher(RANGE, 2, 5));
        StopSignal stop = new StopSignal()) {
      List<TrainingListener> listeners =
          List.of(
              new DivergenceCheck(VOCABULARY.size()),
              new HistoryRecorder(run),
              new CheckpointWriter(run.checkpoints(), trainer));
      new TrainingLoop(trainer, settings, RunKind.TRAIN, progress, validation, listeners).run(stop);
    }
  }

  /** Starts from random weights, except for the given ones. */
  private void startFrom(VariableValue... given) {
    List<VariableValue> weights =
        RandomWeights.of(NETWORK, 1).stream()
            .map(
                weight ->
                    Arrays.stream(given)
                        .filter(value -> value.name().equals(weight.name()))
                        .findFirst()
                        .orElse(weight))
            .toList();
    start = TrainingStart.weights(weights);
  }

  private static List<VariableValue> latestWeights(RunDirectory run) {
    return TrainedModel.open(run.checkpoints().latest()).weights();
  }

  private static double[] history(RunDirectory run, ToDoubleFunction<HistoryRow> column)
      throws IOException {
    return run.readHistory().stream().mapToDouble(column).toArray();
  }

  /** At a rate of 1e-30 no weight changes: the losses are those of the initial weights. */
  @Test
  void stateIsCarriedWithinAnEpochAndResetAtItsStart() throws Exception {
    RunDirectory run = train(1e-30f, 6, true);
    double[] expected = new double[6];
    double validation;
    try (StepModel model = StepModel.open(NETWORK, latestWeights(run))) {
      int[][] streams = {Arrays.copyOfRange(IDS, 0, 21), Arrays.copyOfRange(IDS, 20, 41)};
      double[][] losses = StepLosses.of(model, streams);
      for (int step = 0; step < 6; step++) {
        int from = step % 4 * 5;
        for (double[] stream : losses) {
          expected[step] += Arrays.stream(stream, from, from + 5).sum() / 10;
        }
      }
      validation =
          Arrays.stream(StepLosses.of(model, new int[][] {IDS})[0]).average().orElseThrow();
    }
    // The history has six digits; a float near 1 has an error of 1e-7.
    assertThat(history(run, HistoryRow::meanLossNats)).containsExactly(expected, within(2e-6));
    assertThat(history(run, HistoryRow::validationNats))
        .containsOnly(new double[] {validation}, within(2e-6));
  }

  /** Half of the text is a, a quarter b, a quarter c: 1.04 nats; after "a" only order helps. */
  @Test
  void orderOfTheTextIsLearned() throws Exception {
    double[] losses = history(train(0.05f, 200, false), HistoryRow::meanLossNats);
    double unigram = 0.5 * Math.log(2) + 2 * 0.25 * Math.log(4);
    double bigram = 0.5 * Math.log(2); // after "a", b and c are equally likely
    assertThat(losses[0]).isGreaterThan(unigram);
    assertThat(losses[199]).isLessThan(bigram / 2);
  }

  /** Step 6 is in the middle of the second epoch, so the carried state matters. */
  @Test
  void resumedTrainingEqualsUninterruptedOne(@TempDir Path other) throws Exception {
    RunDirectory whole = train(0.05f, 10, true);
    List<VariableValue> expected = variables(whole.checkpoints());
    double[] losses = history(whole, HistoryRow::meanLossNats);

    directory = other;
    RunDirectory first = train(0.05f, 6, true);
    TrainingProgress progress = RunCheckpoints.progress(first.checkpoints().latest());
    start = TrainingStart.checkpoint(variables(first.checkpoints()));
    RunDirectory resumed =
        first.withConfig(first.config().changedAt(6, first.config().training().withSteps(10)));
    train(resumed, progress, Optional.of(TokenRanges.of(RANGE)));

    assertThat(history(resumed, HistoryRow::meanLossNats)).isEqualTo(losses);
    List<VariableValue> actual = variables(resumed.checkpoints());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).values())
          .as(expected.get(i).name())
          .isEqualTo(expected.get(i).values());
    }
  }

  private static List<VariableValue> variables(RunCheckpoints checkpoints) {
    return RunCheckpoints.read(checkpoints.latest(), TrainingVariables.names(NETWORK, true));
  }

  @Test
  void lossThatIsNotFiniteEndsTrainingBeforeItIsSaved() {
    assertThatThrownBy(() -> train(1e38f, 20, true))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("the (validation )?loss at step \\d+ is (NaN|-?Infinity); .*");
    assertThat(latestWeights(RunDirectory.open(directory)))
        .allSatisfy(weight -> assertThat(weight.values()).doesNotContain(Float.NaN));
  }

  /** A random guess costs ln 3 = 1.0986. */
  @ParameterizedTest
  @CsvSource({"109, false", "111, true"})
  void lossOfAHundredRandomGuessesEndsTraining(float nats, boolean ends) throws Exception {
    // The outputs of the cells count for nothing, so the logits are the biases; 4 of the 10 targets
    // are a.
    float bias = (nats - (float) Math.log(2)) / 0.4f;
    startFrom(
        new VariableValue("softmax_w", Shape.of(6, 3), new float[6 * 3]),
        new VariableValue("softmax_b", Shape.of(3), new float[] {0, bias, bias}));
    if (ends) {
      assertThatThrownBy(() -> train(1e-30f, 1, false))
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching("the loss at step 0 is 11[01]\\.\\d+; try a smaller learning rate");
    } else {
      assertThat(history(train(1e-30f, 1, false), HistoryRow::meanLossNats)[0])
          .isCloseTo(nats, within(1e-3));
    }
  }

  /**
   * The cell outputs zeros, so all tokens are equally likely and the loss is ln 3. But the
   * gradients below the softmax weights of 1e25 are as large, and their squares overflow.
   */
  @Test
  void gradientsThatAreNotFiniteEndTraining() {
    float[] large = new float[6 * 3];
    for (int i = 0; i < large.length; i++) {
      large[i] = i % 3 == 0 ? -1e25f : 1e25f;
    }
    startFrom(
        new VariableValue("softmax_w", Shape.of(6, 3), large),
        new VariableValue(
            "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
            Shape.of(9, 24),
            new float[9 * 24]));
    assertThatThrownBy(() -> train(0.1f, 20, false))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("the gradient norm at step 0 is Infinity; ");
  }
}
