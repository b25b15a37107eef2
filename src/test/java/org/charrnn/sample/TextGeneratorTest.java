package org.charrnn.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextGeneratorTest {
  private static final SamplingConfig SOFTMAX = new SamplingConfig(1, 0, 1, false);
  private static final double[][] CHAIN = {{.1, .6, .3}, {.5, .25, .25}, {.2, .2, .6}};

  /**
   * 0 is the space; after it each of 1, 2, 3 may come. Inside a word 1 -> 2 -> 3 -> space is the
   * likeliest, but only just.
   */
  private static final double[][] WORDS = {
    {0, 1 / 3., 1 / 3., 1 / 3.}, {.2, .1, .4, .3}, {.3, .1, .2, .4}, {.4, .2, .3, .1}
  };

  private static final SamplingConfig AT_WHITESPACE = new SamplingConfig(1, 0, 1, true);

  @Test
  void transitionsFollowTheChain() {
    int length = 30_000;
    int[] text = generate(FakeModel.markov(CHAIN), SOFTMAX, new int[] {0}, length, 1, 0)[0];
    int[][] counts = new int[3][3];
    int previous = 0;
    for (int id : text) {
      counts[previous][id]++;
      previous = id;
    }
    // Three rows with two free frequencies each: 6 degrees of freedom, for which a right table
    // stays below 22.46 in 999 of 1000 texts; the seed makes this text the same each time.
    assertThat(chiSquare(counts, CHAIN)).isLessThan(22.46);
    // The test can tell: probabilities that are off by a twentieth are far outside.
    double[][] other = {{.15, .55, .3}, {.5, .25, .25}, {.2, .2, .6}};
    assertThat(chiSquare(counts, other)).isGreaterThan(100);
  }

  @Test
  void firstTokenWithoutPrimeIsUniform() {
    int count = 4000;
    int[][] texts =
        generate(FakeModel.markov(CHAIN), SamplingConfig.GREEDY, new int[0], 2, count, 7);
    int[][] counts = new int[1][3];
    for (int[] text : texts) {
      counts[0][text[0]]++;
    }
    // 2 degrees of freedom: below 13.82 in 999 of 1000 cases.
    assertThat(chiSquare(counts, new double[][] {{1 / 3., 1 / 3., 1 / 3.}})).isLessThan(13.82);
    for (int[] text : texts) {
      assertThat(text[1]).isEqualTo(new int[] {1, 0, 2}[text[0]]); // the chain's likeliest
    }
  }

  @Test
  void greedyFollowsTheLikeliestOfTheWholeHistory() {
    FakeModel model = FakeModel.arbitrary(5, 1);
    List<Integer> history = new ArrayList<>(List.of(3, 1, 4));
    int[] expected = new int[20];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = indexOfMax(model.probabilities(history));
      history.add(expected[i]);
    }
    assertThat(generate(model, SamplingConfig.GREEDY, new int[] {3, 1, 4}, 20, 1, 0)[0])
        .isEqualTo(expected);
  }

  @Test
  void primeIsReadOnceTokenByTokenForAllTexts() {
    FakeModel model = FakeModel.arbitrary(5, 1);
    generate(model, SOFTMAX, new int[] {3, 1, 4}, 3, 7, 0);
    // Three of the prime; then each token but the last, of which nobody asks what follows.
    assertThat(model.steps).containsExactly(1, 1, 1, 7, 7);
  }

  @Test
  void primingEqualsGeneratingThePrime() {
    FakeModel model = FakeModel.arbitrary(5, 1);
    int[] whole = generate(model, SamplingConfig.GREEDY, new int[] {2}, 30, 1, 0)[0];
    int[] prime = new int[11];
    prime[0] = 2;
    System.arraycopy(whole, 0, prime, 1, 10);
    assertThat(generate(model, SamplingConfig.GREEDY, prime, 20, 1, 0)[0])
        .isEqualTo(Arrays.copyOfRange(whole, 10, 30));
  }

  @Test
  void veryLongPrimeIsRead() {
    FakeModel model = FakeModel.markov(CHAIN);
    FakeModel counting = new FakeModel(3, history -> model.probabilities(List.of(1)));
    generate(counting, SamplingConfig.GREEDY, new int[2000], 1, 1, 0);
    assertThat(counting.steps).hasSize(2000);
  }

  @Test
  void sameSeedGivesTheSameTexts() {
    int[][] first = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[] {0}, 50, 3, 42);
    int[][] again = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[] {0}, 50, 3, 42);
    assertThat(again).isDeepEqualTo(first);
  }

  @Test
  void otherSeedAndOtherRowGiveOtherTexts() {
    Set<List<Integer>> texts = new HashSet<>();
    for (long seed = -2; seed <= 2; seed++) {
      for (int[] text : generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[] {0}, 50, 4, seed)) {
        texts.add(Arrays.stream(text).boxed().toList());
      }
    }
    assertThat(texts).hasSize(5 * 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void textDoesNotDependOnTheTextsBesideIt(int count) {
    int[][] many = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[] {0}, 50, 9, 42);
    int[][] fewer = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[] {0}, 50, count, 42);
    assertThat(fewer).isDeepEqualTo(Arrays.copyOf(many, count));
  }

  @Test
  void startOfTextDoesNotDependOnItsLength() {
    int[] text = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[0], 50, 1, 42)[0];
    int[] start = generate(FakeModel.arbitrary(5, 1), SOFTMAX, new int[0], 20, 1, 42)[0];
    assertThat(start).isEqualTo(Arrays.copyOf(text, 20));
  }

  /** The first numbers of SplitMix64 from this seed, as its author's C code prints them. */
  @Test
  void randomNumbersAreSplitMix64OnEveryJdk() {
    SplittableRandom random = new SplittableRandom(1234567);
    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(random.nextDouble())
        .isEqualTo((Long.parseUnsignedLong("9817491932198370423") >>> 11) * 0x1p-53);
  }

  @Test
  void whitespaceModeDrawsOnlyAfterWhitespace() {
    int[] text = new int[2000];
    new TextGenerator(FakeModel.markov(WORDS), AT_WHITESPACE, id -> id == 0)
        .generate(new int[] {0}, text.length, 1, 0, into(text));
    StringBuilder letters = new StringBuilder();
    for (int id : text) {
      letters.append(" abc".charAt(id));
    }
    String[] whole = letters.substring(0, letters.lastIndexOf(" ")).split(" ");
    assertThat(whole).containsOnly("abc", "bc", "c");
  }

  @Test
  void whitespaceModeFinishesTheWordOfThePrime() {
    List<List<Integer>> texts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (long seed = 0; seed < 20; seed++) {
      texts.forEach(List::clear);
      new TextGenerator(FakeModel.markov(WORDS), AT_WHITESPACE, id -> id == 0)
          .generate(new int[] {0, 1}, 3, 3, seed, (row, id) -> texts.get(row).add(id));
      assertThat(texts).containsOnly(List.of(2, 3, 0));
    }
  }

  @Test
  void whitespaceModeIsOffUnlessAskedFor() {
    FakeModel model = FakeModel.markov(CHAIN);
    int[] plain = generate(model, SOFTMAX, new int[] {0}, 100, 1, 3)[0];
    int[] text = new int[100];
    new TextGenerator(model, SOFTMAX, id -> id == 0).generate(new int[] {0}, 100, 1, 3, into(text));
    assertThat(text).isEqualTo(plain);
  }

  @Test
  void forbiddenTokenIsNeverWritten() {
    for (int[] prime : new int[][] {{}, {0}, {2}}) { // a prime may hold it
      int[] text = new int[500];
      new TextGenerator(FakeModel.markov(CHAIN), SOFTMAX, id -> false, 2)
          .generate(prime, text.length, 1, 0, into(text));
      assertThat(text).containsOnly(0, 1);
    }
  }

  @Test
  void tokensComeOneForEachTextInTurn() {
    List<Integer> rows = new ArrayList<>();
    List<Integer> stepsSeen = new ArrayList<>();
    FakeModel model = FakeModel.markov(CHAIN);
    new TextGenerator(model, SOFTMAX, id -> false)
        .generate(
            new int[] {0},
            2,
            3,
            0,
            (row, id) -> {
              rows.add(row);
              stepsSeen.add(model.steps.size());
            });
    assertThat(rows).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(stepsSeen).containsExactly(1, 1, 1, 2, 2, 2); // as they are made, not at the end
  }

  @Test
  void decoderIsClosedEvenIfTheSinkFails() {
    FakeModel model = FakeModel.markov(CHAIN);
    TextGenerator generator = new TextGenerator(model, SOFTMAX, id -> false);
    generator.generate(new int[] {0}, 2, 1, 0, (row, id) -> {});
    assertThat(model.open).isZero();
    assertThatThrownBy(
            () ->
                generator.generate(
                    new int[] {0},
                    2,
                    1,
                    0,
                    (row, id) -> {
                      throw new IllegalStateException("the pipe is closed");
                    }))
        .hasMessage("the pipe is closed");
    assertThat(model.open).isZero();
    assertThat(model.steps).isNotEmpty();
  }

  @Test
  void lengthAndCountMustBePositive() {
    assertThatThrownBy(() -> generate(FakeModel.markov(CHAIN), SOFTMAX, new int[0], 0, 1, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("--length must be at least 1, got 0");
    assertThatThrownBy(() -> generate(FakeModel.markov(CHAIN), SOFTMAX, new int[0], 1, -1, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("--count must be at least 1, got -1");
  }

  /** Returns the texts, {@code [count][length]}. */
  private static int[][] generate(
      FakeModel model, SamplingConfig config, int[] prime, int length, int count, long seed) {
    List<List<Integer>> texts = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      texts.add(new ArrayList<>());
    }
    new TextGenerator(model, config, id -> false)
        .generate(prime, length, count, seed, (row, id) -> texts.get(row).add(id));
    return texts.stream()
        .map(text -> text.stream().mapToInt(id -> id).toArray())
        .toArray(int[][]::new);
  }

  /** Puts the only text into an array. */
  private static TextGenerator.TokenSink into(int[] text) {
    int[] length = {0};
    return (row, id) -> text[length[0]++] = id;
  }

  private static int indexOfMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** Sum of (observed - expected)^2 / expected over all cells of all rows. */
  private static double chiSquare(int[][] counts, double[][] probabilities) {
    double sum = 0;
    for (int row = 0; row < counts.length; row++) {
      int total = Arrays.stream(counts[row]).sum();
      for (int id = 0; id < counts[row].length; id++) {
        double expected = total * probabilities[row][id];
        sum += Math.pow(counts[row][id] - expected, 2) / expected;
      }
    }
    return sum;
  }
}
