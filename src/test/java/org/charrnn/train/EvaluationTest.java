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
import org.charrnn.model.BatchShape;
import org.charrnn.model.CellKind;
import org.charrnn.model.EvaluationModel;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.StepModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  /** Each window's mean loss, near 2, is told as a float: good to 1e-7, and its sum to 1e-6. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final ModelConfig CONFIG = new ModelConfig(CellKind.LSTM, 5, 4, 1, 0);

  private static int[] ids(int size) {
    return new SplittableRandom(2).ints(size, 0, 5).toArray();
  }

  private static TokenRange range(int[] ids) {
    return new TokenRange("the text", TokenIds.of(5, ids), 0, ids.length);
  }

  private static Evaluation evaluate(int[] ids) {
    TokenRange text = range(ids);
    try (EvaluationModel model = new EvaluationModel(CONFIG, Evaluation.shape(text))) {
      model.setWeights(RandomWeights.of(model.weightShapes()));
      return Evaluation.of(model, text, read -> {});
    }
  }

  private static double[][] losses(int[][] rows) {
    try (StepModel model = new StepModel(CONFIG)) {
      model.setWeights(RandomWeights.of(model.weightShapes()));
      return StepLosses.of(model, rows);
    }
  }

  /** Shorter than a window, just one, one and the first of another, several. */
  @ParameterizedTest
  @ValueSource(ints = {2, 101, 102, 250})
  void aTextIsPredictedTokenByTokenFromAllBefore(int size) {
    int[] ids = ids(size);
    Evaluation evaluation = evaluate(ids);
    assertThat(evaluation.tokens()).isEqualTo(size - 1);
    double expected = Arrays.stream(losses(new int[][] {ids})[0]).average().orElseThrow();
    assertThat(evaluation.meanLossNats()).isCloseTo(expected, ROUNDING);
  }

  /** 25,003 are predicted, 12,502 and 12,501; each stream starts where the last one's ends. */
  @Test
  void aLongTextIsReadInStreamsOfTheirOwn() {
    int[] ids = ids(25_004);
    int[][] streams = {Arrays.copyOfRange(ids, 0, 12_503), Arrays.copyOfRange(ids, 12_502, 25_005)};
    double[][] losses = losses(streams); // the last of the second stream is not of the text
    double sum =
        DoubleStream.concat(Arrays.stream(losses[0]), Arrays.stream(losses[1]).limit(12_501)).sum();
    Evaluation evaluation = evaluate(ids);
    assertThat(evaluation.tokens()).isEqualTo(25_003);
    assertThat(evaluation.meanLossNats()).isCloseTo(sum / 25_003, ROUNDING);
  }

  /**
   * With 6 rows: 350 tokens are one stream, of windows of 7; 2,500 are two, of 1,250 and 1,249, and
   * end in the middle of a window; 7,001 are six, the last of 1,165.
   */
  @ParameterizedTest
  @CsvSource({"350, OPS, 1", "2500, OPS, 1", "2500, FUSED, 4", "7001, FUSED, 2"})
  void aTrainingReadsAShortTextInFewerStreamsThanItHasRows(int size, Kernel.Kind kind, int shards) {
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
    var options = new TrainingOptions(0.5f, 5, new Kernel(kind, shards, Precision.FLOAT32));
    try (TrainingModel model = new TrainingModel(CONFIG, new BatchShape(6, 7), options, 1)) {
      model.setVariables(RandomWeights.of(model.weightShapes()));
      List<Long> progress = new ArrayList<>();
      Evaluation evaluation = Evaluation.of(model, range(ids), progress::add);
      assertThat(evaluation.tokens()).isEqualTo(size - 1);
      assertThat(evaluation.meanLossNats()).isCloseTo(sum / (size - 1), ROUNDING);
      assertThat(progress).isSorted().hasSize((length + 6) / 7).endsWith(size - 1L);
    }
  }

  @Test
  void oneTokenIsTooFewToPredictAny() {
    assertThatThrownBy(() -> evaluate(ids(1)))
        .isInstanceOf(InputException.class)
        .hasMessage("the text has 1 token; it takes two to predict one");
  }

  @Test
  void twoEquallyLikelyTokensAreOneBit() {
    Evaluation evaluation = new Evaluation(Math.log(2), 1);
    assertThat(evaluation.bits()).isEqualTo(1);
    assertThat(evaluation.perplexity()).isCloseTo(2, within(1e-15)); // a double's last place
  }
}
