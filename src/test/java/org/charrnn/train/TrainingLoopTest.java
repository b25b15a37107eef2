package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.StepModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.Level;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.LabTraining.DivergedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

/** A text of period 4 in 2 streams of 20, so 4 windows of 5 are an epoch. */
class CharRnnTrainingTest {
  private static final String TEXT = "abac".repeat(10) + "a";
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);
  private static final int[] IDS = VOCABULARY.encode(TEXT);
  private static final ModelConfig NETWORK = ModelConfig.lab(3, 6, 1);

  @TempDir Path directory;
  private List<VariableValue> givenWeights = List.of();

  private RunDirectory train(float learningRate, int steps, boolean validated)
      throws IOException, DivergedException {
    TrainingConfig settings =
        new TrainingConfig(2, 5, steps, learningRate, 1, 0, 0, 5f, 0, 1, 0, 0, 1);
    TextConfig text =
        new TextConfig(Level.CHARACTER, false, List.of(), "UTF-8", "report", IDS.length, "");
    RunDirectory run =
        RunDirectory.create(
            directory,
            new RunConfig("test", NETWORK, text, settings, Kernel.OPS, null),
            VOCABULARY);
    TokenRange range = new TokenRange("the text", TokenIds.of(3, IDS), 0, IDS.length);
    StreamBatcher batcher = new StreamBatcher(range, 2, 5);
    try (Trainer trainer =
            new LocalTrainer(
                new TrainingModel(
                    NETWORK, new BatchShape(2, 5), new TrainingOptions(0, 5, Kernel.OPS), 1),
                settings,
                batcher);
        StopSignal stop = new StopSignal();
        Progress progress = Progress.start("train", steps)) {
      trainer.setVariables(givenWeights);
      TrainingReport report =
          new TrainingReport(new PrintWriter(new StringWriter()), progress, Level.CHARACTER, steps);
      Optional<TokenRange> validation = validated ? Optional.of(range) : Optional.empty();
      new CharRnnTraining(trainer, settings, run, batcher, validation, report).run(stop);
    }
    return run;
  }

  private static double[] history(RunDirectory run, ToDoubleFunction<HistoryRow> column)
      throws IOException {
    return run.readHistory().stream().mapToDouble(column).toArray();
  }

  /** At a rate of 1e-30 no weight changes: the losses are those of the first weights. */
  @Test
  void theStateIsCarriedThroughAnEpochAndStartsAnewWithTheNext() throws Exception {
    RunDirectory run = train(1e-30f, 6, true);
    double[] expected = new double[6];
    double validation;
    try (StepModel model = new StepModel(NETWORK)) {
      model.setWeights(
          new TrainedModel(run.config(), VOCABULARY, run.checkpoints().latest().resolve("model"))
              .weights(model.weightShapes()));
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
    // The history has six digits; a float near 1 is good to 1e-7.
    assertThat(history(run, HistoryRow::meanLossNats)).containsExactly(expected, within(2e-6));
    assertThat(history(run, HistoryRow::validationNats))
        .containsOnly(new double[] {validation}, within(2e-6));
  }

  /** Half of the text is a, a quarter b, a quarter c: 1.04 nats; after "a" only order tells. */
  @Test
  void whatTheOrderTellsIsLearned() throws Exception {
    double[] losses = history(train(0.05f, 200, false), HistoryRow::meanLossNats);
    double unigram = 0.5 * Math.log(2) + 2 * 0.25 * Math.log(4);
    double bigram = 0.5 * Math.log(2); // after "a", b and c are alike
    assertThat(losses[0]).isGreaterThan(unigram);
    assertThat(losses[199]).isLessThan(bigram / 2);
  }

  @Test
  void aLossThatLeftTheNumbersEndsTheTrainingBeforeItIsSaved() {
    assertThatThrownBy(() -> train(1e38f, 20, true))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("the (validation )?loss at step \\d+ is (NaN|-?Infinity); .*");
    RunDirectory run = RunDirectory.open(directory);
    try (StepModel model = new StepModel(NETWORK)) {
      TrainedModel latest =
          new TrainedModel(run.config(), VOCABULARY, run.checkpoints().latest().resolve("model"));
      assertThat(latest.weights(model.weightShapes()))
          .allSatisfy(weight -> assertThat(weight.values()).doesNotContain(Float.NaN));
    }
  }

  /** A blind guess costs ln 3 = 1.0986. */
  @ParameterizedTest
  @CsvSource({"109, false", "111, true"})
  void aLossOfAHundredBlindGuessesEndsTheTraining(float nats, boolean ends) throws Exception {
    // The cells give zeros, so the logits are the biases; 4 of the 10 targets are a.
    float off = (nats - (float) Math.log(2)) / 0.4f;
    givenWeights =
        List.of(
            new VariableValue("softmax_w", Shape.of(6, 3), new float[6 * 3]),
            new VariableValue("softmax_b", Shape.of(3), new float[] {0, off, off}));
    if (ends) {
      assertThatThrownBy(() -> train(1e-30f, 1, false))
          .isInstanceOf(DivergedException.class)
          .hasMessageMatching("the loss at step 0 is 11[01]\\.\\d+; try a smaller --learning-rate");
    } else {
      assertThat(history(train(1e-30f, 1, false), HistoryRow::meanLossNats)[0])
          .isCloseTo(nats, within(1e-3));
    }
  }

  /**
   * The cell gives zeros, so all are alike to the softmax and the loss is ln 3; but what is below
   * its weights of 1e25 has gradients as large, and their squares are not numbers any more.
   */
  @Test
  void gradientsThatLeftTheNumbersEndTheTraining() {
    float[] large = new float[6 * 3];
    for (int i = 0; i < large.length; i++) {
      large[i] = i % 3 == 0 ? -1e25f : 1e25f;
    }
    givenWeights =
        List.of(
            new VariableValue("softmax_w", Shape.of(6, 3), large),
            new VariableValue(
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
                Shape.of(9, 24),
                new float[9 * 24]));
    assertThatThrownBy(() -> train(0.1f, 20, false))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("the norm of the gradients at step 0 is Infinity; ");
  }
}
