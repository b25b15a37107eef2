package org.charrnn.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSamplerTest {
  private static final int PLACES = 10_000;

  /**
   * A token with probability p owns a stretch of [0, 1) of length p, and of evenly spaced places
   * less than one more or fewer than p * PLACES lie in it; one more place for the rounding of
   * logits to floats.
   */
  private static final double TOLERANCE = 2.0 / PLACES;

  @Test
  void greedyTakesTheLikeliestAndOfEqualsTheLowestId() {
    float[] logits = {-1, 2, 0, 2};
    assertThat(sampler(0, 0, 1).sample(logits, 0.999)).isEqualTo(1);
    assertThat(sampler(1, 0, 1).greedy(logits)).isEqualTo(1);
  }

  @Test
  void minusZeroIsNotBelowZero() {
    assertThat(sampler(1, 1, 1).sample(new float[] {-0f, 0f, -1, -1}, 0.5)).isZero();
  }

  @Test
  void temperatureOneDrawsFromTheSoftmax() {
    assertFrequencies(sampler(1, 0, 1), FakeModel.logits(.1, .4, .2, .3), .1, .4, .2, .3);
  }

  @Test
  void temperatureHalfSquaresTheProbabilities() {
    assertFrequencies(
        sampler(0.5, 0, 1),
        FakeModel.logits(.1, .4, .2, .3),
        .01 / .30,
        .16 / .30,
        .04 / .30,
        .09 / .30);
  }

  @Test
  void highTemperatureDrawsAllAlike() {
    assertFrequencies(sampler(1e12, 0, 1), FakeModel.logits(.1, .4, .2, .3), .25, .25, .25, .25);
  }

  @Test
  void tiniestTemperatureIsGreedy() {
    assertFrequencies(
        sampler(Double.MIN_VALUE, 0, 1), FakeModel.logits(.1, .4, .2, .3), 0, 1, 0, 0);
  }

  @Test
  void topKKeepsTheLikeliest() {
    float[] logits = FakeModel.logits(.1, .4, .2, .3);
    assertFrequencies(sampler(1, 1, 1), logits, 0, 1, 0, 0);
    assertFrequencies(sampler(1, 2, 1), logits, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(sampler(1, 3, 1), logits, 0, 4 / 9., 2 / 9., 3 / 9.);
    assertFrequencies(sampler(1, 99, 1), logits, .1, .4, .2, .3);
  }

  @Test
  void topKKeepsTheLowestIdsOfEquals() {
    assertFrequencies(sampler(1, 2, 1), new float[] {1, 1, 0, 1}, .5, .5, 0, 0);
  }

  @Test
  void topKOrdersNegativeAndPositiveLogits() {
    float[] logits = {-2, 0.5f, -1, 1};
    double odds = Math.exp(0.5);
    assertFrequencies(sampler(1, 2, 1), logits, 0, 1 / (1 + odds), 0, odds / (1 + odds));
    assertFrequencies(sampler(1, 1, 1), new float[] {-4, -3, -1, -2}, 0, 0, 1, 0);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    float[] logits = FakeModel.logits(.1, .4, .2, .3); // running sums from the top: .4 .7 .9 1
    assertFrequencies(sampler(1, 0, 1e-300), logits, 0, 1, 0, 0);
    assertFrequencies(sampler(1, 0, .39), logits, 0, 1, 0, 0);
    assertFrequencies(sampler(1, 0, .41), logits, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(sampler(1, 0, .69), logits, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(sampler(1, 0, .71), logits, 0, 4 / 9., 2 / 9., 3 / 9.);
    assertFrequencies(sampler(1, 0, .91), logits, .1, .4, .2, .3);
    assertFrequencies(sampler(1, 0, 1), logits, .1, .4, .2, .3);
  }

  @Test
  void topPStopsWhereItIsReachedExactly() {
    // Equal logits give weights of exactly 1: half the mass is exactly two tokens.
    assertFrequencies(sampler(1, 0, .5), new float[4], .5, .5, 0, 0);
  }

  @Test
  void temperatureComesBeforeTopP() {
    // At temperature 1 the likeliest has .4 and a second one is needed; at 1/2 it has .16 / .30.
    float[] logits = FakeModel.logits(.1, .4, .2, .3);
    assertFrequencies(sampler(1, 0, .5), logits, 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(sampler(.5, 0, .5), logits, 0, 1, 0, 0);
  }

  @Test
  void topKComesBeforeTopP() {
    // Of the two that top-k leaves, the likeliest has .4 / .7, enough for .5.
    float[] logits = FakeModel.logits(.1, .4, .2, .3);
    assertFrequencies(sampler(1, 2, .5), logits, 0, 1, 0, 0);
  }

  @Test
  void rankingIsForgottenBetweenTokens() {
    TokenSampler sampler = sampler(1, 2, 1);
    assertFrequencies(sampler, FakeModel.logits(.1, .4, .2, .3), 0, 4 / 7., 0, 3 / 7.);
    assertFrequencies(sampler, FakeModel.logits(.4, .1, .3, .2), 4 / 7., 0, 3 / 7., 0);
  }

  @Test
  void forbiddenTokenSharesItsProbabilityAmongTheOthers() {
    float[] logits = FakeModel.logits(.1, .4, .2, .3);
    for (var config :
        new SamplingConfig[] {
          new SamplingConfig(1, 0, 1, false), new SamplingConfig(1, 3, 1, false),
        }) {
      assertFrequencies(new TokenSampler(config, 4, 1), logits, 1 / 6., 0, 2 / 6., 3 / 6.);
    }
    assertThat(new TokenSampler(SamplingConfig.GREEDY, 4, 1).sample(logits, 0)).isEqualTo(3);
    assertThat(new TokenSampler(SamplingConfig.GREEDY, 4, 1, 3).sample(logits, 0)).isEqualTo(2);
  }

  @Test
  void uniformDrawsAllowedTokensAlike() {
    TokenSampler sampler = new TokenSampler(SamplingConfig.GREEDY, 4, 1);
    int[] counts = new int[4];
    for (int i = 0; i < 9; i++) {
      counts[sampler.uniform((i + 0.5) / 9)]++;
    }
    assertThat(counts).containsExactly(3, 0, 3, 3);
    assertThat(sampler.uniform(Math.nextDown(1.0))).isEqualTo(3);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    float infinity = Float.POSITIVE_INFINITY;
    assertFrequencies(sampler(1, 0, 1), new float[] {-1e30f, 1e30f, 0, -infinity}, 0, 1, 0, 0);
    assertFrequencies(sampler(1, 0, 1), new float[] {1e30f, -infinity, 0, 1e30f}, .5, 0, 0, .5);
    assertFrequencies(sampler(1, 3, .9), new float[] {1e30f, -infinity, 0, 1e30f}, .5, 0, 0, .5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0x1p-53, 0.5, 1 - 0x1p-53})
  void impossibleTokenNeverComes(double u) {
    float never = Float.NEGATIVE_INFINITY;
    float[] logits = {never, 0, 0, never};
    assertThat(sampler(1, 0, 1).sample(logits, u)).isEqualTo(u < 0.5 ? 1 : 2);
    assertThat(sampler(1, 4, 1).sample(logits, u)).isEqualTo(u < 0.5 ? 1 : 2);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void logitThatIsNoNumberIsToldWithAdvice(float broken) {
    for (TokenSampler sampler : new TokenSampler[] {sampler(0, 0, 1), sampler(1, 2, .9)}) {
      assertThatThrownBy(() -> sampler.sample(new float[] {1, 2, broken, 3}, 0.5))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "the model cannot go on: the logit of token 2 is %s; its weights are damaged or its"
                  + " training diverged, so use an earlier checkpoint or train again with a smaller"
                  + " --learning-rate",
              broken);
    }
  }

  @Test
  void noPossibleTokenIsTold() {
    float[] logits = new float[4];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> sampler(1, 0, 1).sample(logits, 0.5))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the model cannot go on: the logit of every token is -Infinity;");
  }

  @Test
  void somethingMustBeAllowed() {
    assertThatThrownBy(() -> new TokenSampler(SamplingConfig.GREEDY, 2, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("every token of the vocabulary is forbidden");
  }

  private static TokenSampler sampler(double temperature, int topK, double topP) {
    return new TokenSampler(new SamplingConfig(temperature, topK, topP, false), 4);
  }

  /** Draws at evenly spaced places of [0, 1), so that frequencies are lengths, not chance. */
  private static void assertFrequencies(
      TokenSampler sampler, float[] logits, double... probabilities) {
    int[] counts = new int[probabilities.length];
    for (int i = 0; i < PLACES; i++) {
      counts[sampler.sample(logits, (i + 0.5) / PLACES)]++;
    }
    for (int id = 0; id < counts.length; id++) {
      assertThat(counts[id] / (double) PLACES)
          .as("frequency of token %d", id)
          .isCloseTo(probabilities[id], within(probabilities[id] == 0 ? 0 : TOLERANCE));
    }
  }
}
