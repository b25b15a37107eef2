package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.StepModel;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Regularization;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  /** Each window's mean loss, near 2, is a float with an error of 1e-7; their sum has 1e-6. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final ModelConfig CONFIG = new ModelConfig(CellKind.LSTM, 5, 4, 1, 0);
  private static final List<VariableValue> WEIGHTS = LargeWeights.of(CONFIG.weightShapes());

  private static int[] ids(int size) {
    return new SplittableRandom(2).ints(size, 0, 5).toArray();
  }

  private static TokenRange range(int[] ids) {
    return Setups.text("the text", 5, ids);
  }

  private static Evaluation evaluate(int[] ids) {
    TokenRange text = range(ids);
    try (EvaluationSession session =
        EvaluationSession.open(
            CONFIG, Evaluation.shape(TokenRanges.of(text)), WEIGHTS, SessionSettings.allCores())) {
      return Evaluation.of(session, text, read -> {});
    }
  }

  private static double[][] losses(int[][] rows) {
    try (StepModel model = StepModel.open(CONFIG, WEIGHTS)) {
      return StepLosses.of(model, rows);
    }
  }

  /** Shorter than a window, one window, one and a token, several. */
  @ParameterizedTest
  @ValueSource(ints = {2, 101, 102, 250})
  void eachTokenIsPredictedFromAllTokensBefore(int size) {
    int[] ids = ids(size);
    Evaluation evaluation = evaluate(ids);
    assertThat(evaluation.tokens()).isEqualTo(size - 1);
    double expected = Arrays.stream(losses(new int[][] {ids})[0]).average().orElseThrow();
    assertThat(evaluation.meanLossNats()).isCloseTo(expected, ROUNDING);
  }

  /** 25,003 tokens are predicted: 12,502 and 12,501; each stream starts where the last one ends. */
  @Test
  void longTextIsReadInStreams() {
    int[] ids = ids(25_004);
    int[][] streams = {Arrays.copyOfRange(ids, 0, 12_503), Arrays.copyOfRange(ids, 12_502, 25_005)};
    double[][] losses = losses(streams); // the last token of the second stream is not in the text
    double sum =
        DoubleStream.concat(Arrays.stream(losses[0]), Arrays.stream(losses[1]).limit(12_501)).sum();
    Evaluation evaluation = evaluate(ids);
    assertThat(evaluation.tokens()).isEqualTo(25_003);
    assertThat(evaluation.meanLossNats()).isCloseTo(sum / 25_003, ROUNDING);
  }

  /**
   * With 6 rows: 350 tokens are one stream, in windows of 7; 2,500 are two, of 1,250 and 1,249, and
   * end in the middle of a window; 7,001 are six, the last of 1,165.
   */
  @ParameterizedTest
  @CsvSource({"350, OPS, 1", "2500, OPS, 1", "2500, FUSED, 4", "7001, FUSED, 2"})
  void trainingReadsShortTextInFewerStreamsThanRows(int size, ComputeKernel.Kind kind, int shards) {
    int[] ids = ids(size);
    int streams = Math.min(6, Math.max(1, (size - 1) / 1000));
    int length = (size - 1 + streams - 1) / streams;
    double sum = 0;
    for (int stream = 0; stream < streams; stream++) {
      int to = Math.min(size, (stream + 1) * length + 1);
      sum +=
          Arrays.stream(losses(new int[][] {Arrays.copyOfRange(ids, stream * length, to)})[0])
              .sum();
    }
    try (TrainingSession session =
        TrainingSession.open(
            Setups.streams(
                CONFIG,
                new BatchShape(6, 7),
                new Regularization(0.5f, 0, 0, 5f),
                new ComputeKernel(kind, shards, Precision.FLOAT32),
                1),
            TrainingStart.weights(WEIGHTS),
            SessionSettings.allCores())) {
      List<Long> progress = new ArrayList<>();
      Evaluation evaluation = Evaluation.of(session.evaluator(), range(ids), progress::add);
      assertThat(evaluation.tokens()).isEqualTo(size - 1);
      assertThat(evaluation.meanLossNats()).isCloseTo(sum / (size - 1), ROUNDING);
      assertThat(progress).isSorted().hasSize((length + 6) / 7).endsWith(size - 1L);
    }
  }

  /**
   * Each range is read from a zero state. With 3 rows, the five ranges, of which one has nothing to
   * predict, take two rounds.
   */
  @ParameterizedTest
  @CsvSource({"1", "3", "6"})
  void rangesAreReadFromZeroStates(int rows) {
    int[] sizes = {40, 7, 1, 23, 2};
    int[] ids = ids(100);
    List<TokenRange> ranges = new ArrayList<>();
    double sum = 0;
    int from = 3;
    for (int size : sizes) {
      ranges.add(new TokenRange("", TokenIds.of(5, ids), from, from + size));
      if (size > 1) {
        int[][] row = {Arrays.copyOfRange(ids, from, from + size)};
        sum += Arrays.stream(losses(row)[0]).sum();
      }
      from += size + 2;
    }
    TokenRanges text = new TokenRanges("the text", ranges);
    try (EvaluationSession session =
        EvaluationSession.open(
            CONFIG, new BatchShape(rows, 6), WEIGHTS, SessionSettings.allCores())) {
      Evaluation evaluation = Evaluation.of(session, text, read -> {});
      assertThat(evaluation.tokens()).isEqualTo(39 + 6 + 22 + 1).isEqualTo(text.predictable());
      assertThat(evaluation.meanLossNats()).isCloseTo(sum / text.predictable(), ROUNDING);
    }
  }

  @Test
  void oneTokenIsTooFew() {
    assertThatThrownBy(() -> evaluate(ids(1)))
        .isInstanceOf(InputException.class)
        .hasMessage("the text has 1 token; evaluation needs at least 2");
  }

  @Test
  void twoEquallyLikelyTokensAreOneBit() {
    Evaluation evaluation = new Evaluation(Math.log(2), 1);
    assertThat(evaluation.bits()).isEqualTo(1);
    assertThat(evaluation.perplexity()).isCloseTo(2, within(1e-15)); // one unit in the last place
  }
}
