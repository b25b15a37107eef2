package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.charrnn.model.CellKind;
import org.charrnn.model.EvaluationModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.StepModel;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.StepLosses;
import org.charrnn.text.TokenIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  /** Each window's mean loss, near 2, is told as a float: good to 1e-7, and its sum to 1e-6. */
  private static final Offset<Double> ROUNDING = within(1e-5);

  private static final ModelConfig CONFIG = new ModelConfig(CellKind.LSTM, 5, 4, 1, 0);

  private static int[] ids(int size) {
    return new SplittableRandom(2).ints(size, 0, 5).toArray();
  }

  private static Evaluation evaluate(int[] ids) {
    TokenIds text = TokenIds.of(5, ids);
    try (EvaluationModel model = new EvaluationModel(CONFIG, Evaluation.shape(text))) {
      model.setWeights(RandomWeights.of(model.weightShapes()));
      return Evaluation.of(model, text);
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

  @Test
  void twoEquallyLikelyTokensAreOneBit() {
    Evaluation evaluation = new Evaluation(Math.log(2), 1);
    assertThat(evaluation.bits()).isEqualTo(1);
    assertThat(evaluation.perplexity()).isCloseTo(2, within(1e-15)); // a double's last place
  }
}
