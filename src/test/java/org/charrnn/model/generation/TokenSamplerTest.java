package org.charrnn.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.decoding.RowSampler;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class TokenSamplerTest {
  private static final int ROWS = 20_000;
  private static final TokenSampler ALL = sampler(4);

  /**
   * The sum of (observed - expected)^2 / expected over up to three free frequencies is below this
   * with a probability of 0.9999; the seed is fixed, so each run has the same frequencies.
   */
  private static final double CHI_SQUARE = 21.1;

  private static TokenSampler sampler(int classes, int... forbidden) {
    return new TokenSampler(classes, forbidden, Optional.empty());
  }

  /** Returns the logits of probabilities, plus a constant, which does not matter. */
  private static float[] logits(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.log(probabilities[i]) + 3);
    }
    return logits;
  }

  private record Options(float temperature, int topK, double topP) {
    /** Returns settings for an exported model, where all options can be given. */
    TokenSampler.Settings settings(Ops tf) {
      TokenCut cut = new TokenCut(tf.constant(topK), Optional.of(tf.constant(topP)));
      boolean isCut = temperature > 0 && (topK > 0 || topP < 1);
      return new TokenSampler.Settings(
          tf.constant(temperature), isCut ? Optional.of(cut) : Optional.empty());
    }

    /** Returns settings for a cut to the top k only. */
    TokenSampler.Settings topKOnly(Ops tf) {
      return new TokenSampler.Settings(
          tf.constant(temperature), Optional.of(new TokenCut(tf.constant(topK), Optional.empty())));
    }
  }

  /** Samples tokens for rows that all have the same logits. */
  private static int[] sample(
      TokenSampler sampler,
      Function<Ops, TokenSampler.Settings> settings,
      int rows,
      long seed,
      int position,
      float... logits) {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      float[][] all = new float[rows][];
      Arrays.fill(all, logits);
      Operand<TInt32> previous = tf.constant(new int[rows]);
      var random =
          tf.random.statelessRandomUniform(
              tf.constant(new int[] {rows, 4}),
              tf.constant(new long[] {seed, position}),
              TFloat32.class);
      var ids =
          sampler
              .iteration(tf, random, 1, settings.apply(tf))
              .sample(0, tf.constant(all), previous);
      return DoubleStream.of(eval.values(ids)).mapToInt(id -> (int) id).toArray();
    }
  }

  /** Samples the same tokens in plain Java. */
  private static int[] sampleOnArrays(
      TokenSampler sampler, Options options, int rows, long seed, int position, float... logits) {
    RowSampler onArrays =
        new RowSampler(
            new SamplingConfig(options.temperature, options.topK, options.topP, false),
            new AllowedTokens(sampler.classes(), sampler.forbidden()),
            sampler.wordStarts());
    float[] random = new float[rows * 4];
    new RowRandom(seed).fill(random, 0, random.length, position, 0);
    return IntStream.range(0, rows)
        .map(row -> onArrays.sample(logits, 0, random, row * 4))
        .toArray();
  }

  private static void assertFrequencies(
      TokenSampler sampler,
      float temperature,
      int topK,
      double topP,
      float[] logits,
      double... probabilities) {
    int[] counts = new int[probabilities.length];
    Options options = new Options(temperature, topK, topP);
    int[] ids = sample(sampler, options::settings, ROWS, 7, 0, logits);
    if (topP == 1) {
      assertThat(sample(sampler, options::topKOnly, ROWS, 7, 0, logits)).isEqualTo(ids);
    }
    assertThat(sampleOnArrays(sampler, options, ROWS, 7, 0, logits)).isEqualTo(ids);
    IntStream.of(ids).forEach(id -> counts[id]++);
    double chiSquare = 0;
    for (int id = 0; id < counts.length; id++) {
      double expected = ROWS * probabilities[id];
      if (expected == 0) {
        assertThat(counts[id]).as("samples of token %d", id).isZero();
      } else {
        chiSquare += Math.pow(counts[id] - expected, 2) / expected;
      }
    }
    assertThat(chiSquare).as("%s", Arrays.toString(counts)).isLessThan(CHI_SQUARE);
  }

  private static final float[] LOGITS = logits(.1, .4, .2, .3);

  @Test
  void temperatureOneSamplesFromTheSoftmax() {
    assertFrequencies(ALL, 1, 0, 1, LOGITS, .1, .4, .2, .3);
    // The test is sensitive: it rejects probabilities with an error of 0.02.
    assertThatThrownBy(() -> assertFrequencies(ALL, 1, 0, 1, LOGITS, .1, .38, .22, .3))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void temperatureShapesTheProbabilities() {
    assertFrequencies(ALL, 0.5f, 0, 1, LOGITS, .01 / .3, .16 / .3, .04 / .3, .09 / .3);
    assertFrequencies(ALL, 1e12f, 0, 1, LOGITS, .25, .25, .25, .25);
    assertFrequencies(ALL, Float.MIN_VALUE, 0, 1, LOGITS, 0, 1, 0, 0);
  }

  @Test
  void temperatureZeroTakesTheMostLikelyTokenWithTheLowestId() {
    assertFrequencies(ALL, 0, 0, 1, LOGITS, 0, 1, 0, 0);
    assertFrequencies(ALL, 0, 3, .9, new float[] {-1, 2, 0, 2}, 0, 1, 0, 0);
    assertFrequencies(ALL, 0, 0, 1, new float[] {-0f, 0f, -1, -1}, 1, 0, 0, 0);
  }

  @Test
  void topKKeepsTheMostLikelyTokens() {
    assertFrequencies(ALL, 1, 1, 1, LOGITS, 0, 1, 0, 0);
    assertFrequencies(ALL, 1, 2, 1, LOGITS, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(ALL, 1, 3, 1, LOGITS, 0, 4 / 9., 2 / 9., 3 / 9.);
    assertFrequencies(ALL, 1, 99, 1, LOGITS, .1, .4, .2, .3);
    assertFrequencies(ALL, 1, 1, 1, new float[] {-4, -3, -1, -2}, 0, 0, 1, 0);
  }

  @Test
  void topKKeepsTheLowestIdsAmongEqualLogits() {
    assertFrequencies(ALL, 1, 2, 1, new float[] {1, 1, 0, 1}, .5, .5, 0, 0);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    // Cumulative probabilities in descending order: .4 .7 .9 1
    assertFrequencies(ALL, 1, 0, 1e-300, LOGITS, 0, 1, 0, 0);
    assertFrequencies(ALL, 1, 0, .39, LOGITS, 0, 1, 0, 0);
    assertFrequencies(ALL, 1, 0, .41, LOGITS, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(ALL, 1, 0, .71, LOGITS, 0, 4 / 9., 2 / 9., 3 / 9.);
    assertFrequencies(ALL, 1, 0, .91, LOGITS, .1, .4, .2, .3);
    // Equal logits have probabilities of exactly 1/4, so 0.5 is exactly two tokens.
    assertFrequencies(ALL, 1, 0, .5, new float[4], .5, .5, 0, 0);
  }

  @Test
  void temperatureIsAppliedBeforeTopKAndTopKBeforeTopP() {
    // At temperature 1 the most likely token has .4, less than topP; at 1/2 it has .16 / .30.
    assertFrequencies(ALL, 1, 0, .5, LOGITS, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(ALL, .5f, 0, .5, LOGITS, 0, 1, 0, 0);
    // Of the two tokens that top-k keeps, the most likely has .4 / .7.
    assertFrequencies(ALL, 1, 2, .5, LOGITS, 0, 1, 0, 0);
  }

  @Test
  void probabilityOfForbiddenTokenIsSharedAmongTheOthers() {
    for (int topK : new int[] {0, 3, 4}) {
      assertFrequencies(sampler(4, 1), 1, topK, 1, LOGITS, 1 / 6., 0, 2 / 6., 3 / 6.);
    }
    assertFrequencies(sampler(4, 1), 0, 0, 1, LOGITS, 0, 0, 0, 1);
    assertFrequencies(sampler(4, 1, 3), 0, 0, 1, LOGITS, 0, 0, 1, 0);
    assertThatThrownBy(() -> sampler(2, 0, 1)).hasMessageContaining("every token");
  }

  @Test
  void firstTokenIsUniformOverAllowedTokens() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      var any = sampler(4, 1).firstTokens(tf, tf.constant(new int[] {ROWS}), tf.constant(3L));
      int[] counts = new int[4];
      DoubleStream.of(eval.values(any)).forEach(id -> counts[(int) id]++);
      assertThat(counts[1]).isZero();
      // A third of the rows each, within four standard deviations.
      assertThat(List.of(counts[0], counts[2], counts[3]))
          .allSatisfy(count -> assertThat(count).isBetween(ROWS / 3 - 267, ROWS / 3 + 267));
    }
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertFrequencies(ALL, 1, 0, 1, new float[] {-1e30f, 1e30f, 0, -1e30f}, 0, 1, 0, 0);
    assertFrequencies(ALL, 1, 3, .9, new float[] {1e3f, -1e30f, 0, 1e3f}, .5, 0, 0, .5);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void logitsThatAreNotFiniteAreReportedWithAdvice(float logit) {
    assertThatThrownBy(() -> sample(ALL, new Options(1, 0, 1)::settings, 1, 1, 0, 1, 2, logit, 3))
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("use an earlier checkpoint");
  }

  @Test
  void mostLikelyTokenIsTakenInsideAWord() {
    boolean[] afterEach = {true, true, true, true};
    boolean[] notAfterZero = {false, true, true, true}; // the previous token is 0
    var sampling = new TokenSampler(4, new int[0], Optional.of(afterEach));
    var greedy = new TokenSampler(4, new int[] {1}, Optional.of(notAfterZero));
    assertFrequencies(sampling, 1, 0, 1, LOGITS, .1, .4, .2, .3);
    assertFrequencies(greedy, 1, 0, 1, LOGITS, 0, 0, 0, 1);
  }

  @Test
  void tokenOfARowDoesNotDependOnOtherRows() {
    Function<Ops, TokenSampler.Settings> softmax = new Options(1, 0, 1)::settings;
    int[] many = sample(ALL, softmax, 1000, 7, 5, LOGITS);
    for (int rows : new int[] {1, 2, 3, 10, 333}) {
      assertThat(sample(ALL, softmax, rows, 7, 5, LOGITS)).isEqualTo(Arrays.copyOf(many, rows));
    }
    assertThat(sample(ALL, softmax, 1000, 8, 5, LOGITS)).isNotEqualTo(many);
    assertThat(sample(ALL, softmax, 1000, 7, 6, LOGITS)).isNotEqualTo(many);
  }
}
