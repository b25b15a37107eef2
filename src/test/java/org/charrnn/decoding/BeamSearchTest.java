package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.decoding.BeamSearch.Sequence;
import org.charrnn.settings.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {
  private static final int[] PRIME = {1, 0};

  /** A logit of a few nats is rounded by at most 3e-7; texts have at most 6 tokens. */
  private static final double TOLERANCE = 2e-6;

  /**
   * The more likely first token is followed by four equally likely ones, the other by a certain
   * one.
   */
  private static final FakeModel TRAP =
      FakeModel.markov(
          new double[][] {
            {0, .6, .4, 0}, {.25, .25, .25, .25}, {0, 0, 0, 1}, {0, 0, 0, 1},
          });

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void widthOfAllTextsFindsTheMostLikely(long seed) {
    FakeModel model = FakeModel.arbitrary(3, seed);
    Sequence mostLikely = mostLikelyOfAll(model, 6);
    Sequence found = new BeamSearch(model, 729).search(PRIME, 6); // 3^6
    assertThat(found.ids()).isEqualTo(mostLikely.ids());
    assertThat(found.logProbability()).isCloseTo(mostLikely.logProbability(), within(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10})
  void resultEqualsTextbookAlgorithm(int width) {
    for (long seed = 0; seed < 20; seed++) {
      FakeModel model = FakeModel.arbitrary(4, seed);
      assertThat(new BeamSearch(model, width).search(PRIME, 6).ids())
          .as("seed %d", seed)
          .isEqualTo(textbook(model, width, 6));
    }
  }

  @Test
  void widthOneIsGreedy() {
    for (long seed = 0; seed < 20; seed++) {
      FakeModel model = FakeModel.arbitrary(5, seed);
      List<Integer> text = new ArrayList<>(Arrays.stream(PRIME).boxed().toList());
      int[] greedy = new int[10];
      for (int i = 0; i < greedy.length; i++) {
        greedy[i] = indexOfMax(model.probabilities(text));
        text.add(greedy[i]);
      }
      assertThat(new BeamSearch(model, 1).search(PRIME, 10).ids()).isEqualTo(greedy);
    }
  }

  private static int indexOfMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  @Test
  void widthTwoFindsTextThatGreedySearchMisses() {
    Sequence greedy = new BeamSearch(TRAP, 1).search(new int[] {0}, 3);
    assertThat(greedy.ids()[0]).isEqualTo(1);
    assertThat(greedy.logProbability()).isLessThanOrEqualTo(Math.log(.6 * .25) + TOLERANCE);

    Sequence found = new BeamSearch(TRAP, 2).search(new int[] {0}, 3);
    assertThat(found.ids()).containsExactly(2, 3, 3);
    assertThat(found.logProbability()).isCloseTo(Math.log(.4), within(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 100})
  void lowestIdsWinAmongEqualTexts(int width) {
    double[] uniform = {.25, .25, .25, .25};
    FakeModel model = FakeModel.markov(uniform, uniform, uniform, uniform);
    Sequence found = new BeamSearch(model, width).search(PRIME, 3);
    assertThat(found.ids()).containsExactly(0, 0, 0);
    assertThat(found.logProbability()).isCloseTo(3 * Math.log(.25), within(TOLERANCE));
  }

  @Test
  void lowestIdIsKeptAmongEqualBeginnings() {
    FakeModel model = // 2 displaces 0 or 1 from a beam of two, but becomes less likely than both
        FakeModel.markov(
            new double[][] {
              {1, 0, 0, 0}, {0, 1, 0, 0}, {.25, .25, .25, .25}, {.2, .2, .6, 0},
            });
    assertThat(new BeamSearch(model, 2).search(new int[] {3}, 2).ids()).containsExactly(0, 0);
  }

  @Test
  void impossibleBeginningsAreNotKept() {
    FakeModel model = FakeModel.markov(new double[] {0, 1}, new double[] {1, 0});
    Sequence found = new BeamSearch(model, 10).search(new int[] {0}, 4);
    assertThat(found.ids()).containsExactly(1, 0, 1, 0);
    assertThat(found.logProbability()).isZero();
    assertThat(model.steps).containsOnly(1);
  }

  @Test
  void modelReadsAllBeginningsInOneStep() {
    FakeModel model = FakeModel.arbitrary(3, 1);
    new BeamSearch(model, 7).search(PRIME, 5);
    assertThat(model.steps).containsExactly(1, 1, 3, 7, 7, 7); // two ids of the prime, then beams
    assertThat(model.open).isZero();
  }

  @Test
  void probabilityOfForbiddenTokenIsSharedAmongTheOthers() {
    FakeModel model =
        FakeModel.markov(new double[] {.2, .5, .3}, new double[] {1, 0, 0}, new double[] {0, 0, 1});
    Sequence found = new BeamSearch(model, 9, 1).search(new int[] {0}, 2);
    assertThat(found.ids()).containsExactly(2, 2);
    assertThat(found.logProbability()).isCloseTo(Math.log(.3 / .5), within(TOLERANCE));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    LanguageModel huge = new ConstantModel(2, 1e30f);
    assertThat(new BeamSearch(huge, 2).search(new int[] {0}, 3).logProbability())
        .isCloseTo(3 * Math.log(.5), within(TOLERANCE));
  }

  @Test
  void nanLogitIsReportedWithAdvice() {
    FakeModel model = FakeModel.markov(new double[] {Double.NaN, 1}, new double[] {1, 0});
    assertThatThrownBy(() -> new BeamSearch(model, 2).search(new int[] {0}, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the logit of token 0 is NaN")
        .hasMessageContaining("use an earlier checkpoint");
    assertThat(model.open).isZero();
  }

  private static final List<String> TOKENS = List.of("a", "b", "ab", "c");

  private static String text(int[] ids) {
    return Arrays.stream(ids).mapToObj(TOKENS::get).collect(Collectors.joining());
  }

  /** Lists every text that ends with the string or has the full length, and scores each anew. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 2})
  void widthOfAllTextsFindsTheBestThatEndsOrHasTheFullLength(double lengthPenalty) {
    int ended = 0;
    for (long seed = 0; seed < 12; seed++) {
      FakeModel model = FakeModel.arbitrary(4, seed);
      String until = List.of("ba", "c", "abab").get((int) (seed % 3));
      List<int[]> all = new ArrayList<>();
      addTexts(new int[0], until, 5, all);
      int[] best =
          all.stream()
              .max(Comparator.comparingDouble(ids -> score(model, ids, lengthPenalty)))
              .orElseThrow();
      Sequence found =
          new BeamSearch(model, new BeamConfig(1024, 0, lengthPenalty)) // 4^5
              .search(PRIME, 5, new StopString(until), TOKENS::get, (steps, settled) -> {});
      assertThat(found.ids()).as("seed %d", seed).isEqualTo(best);
      boolean isEnded = text(best).contains(until);
      assertThat(found.end()).isEqualTo(isEnded ? TextEnd.UNTIL : TextEnd.LENGTH);
      ended += isEnded ? 1 : 0;
    }
    assertThat(ended).isBetween(lengthPenalty == 0 ? 2 : 0, 12);
  }

  private static void addTexts(int[] beginning, String until, int length, List<int[]> all) {
    if (text(beginning).contains(until) || beginning.length == length) {
      all.add(beginning);
      return;
    }
    for (int id = 0; id < TOKENS.size(); id++) {
      int[] longer = Arrays.copyOf(beginning, beginning.length + 1);
      longer[beginning.length] = id;
      addTexts(longer, until, length, all);
    }
  }

  private static double score(FakeModel model, int[] ids, double lengthPenalty) {
    return logProbability(model, ids) / Math.pow(ids.length, lengthPenalty);
  }

  @Test
  void textThatEndsIsKeptWhileOthersGoOn() {
    FakeModel model = // after 0: 3, which ends, with .4, else 1, whose continuations are unlikely
        FakeModel.markov(
            new double[] {0, .6, 0, .4},
            new double[] {.25, .25, .25, .25},
            new double[] {.25, .25, .25, .25},
            new double[] {.25, .25, .25, .25});
    Sequence found =
        new BeamSearch(model, 2)
            .search(new int[] {0}, 6, new StopString("c"), TOKENS::get, (steps, ids) -> {});
    assertThat(found.ids()).containsExactly(3);
    assertThat(found.end()).isEqualTo(TextEnd.UNTIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void noNgramOccursTwice(int n) {
    for (long seed = 0; seed < 20; seed++) {
      for (int width : new int[] {1, 3, 8}) {
        FakeModel model = FakeModel.arbitrary(4, seed);
        Sequence found = new BeamSearch(model, new BeamConfig(width, n, 1)).search(PRIME, 30);
        List<Integer> all = new ArrayList<>(Arrays.stream(PRIME).boxed().toList());
        Arrays.stream(found.ids()).forEach(all::add);
        assertThat(RepeatedNgramsTest.ngrams(all, n)).doesNotHaveDuplicates();
        assertThat(found.end())
            .isEqualTo(found.ids().length == 30 ? TextEnd.LENGTH : TextEnd.REPETITION);
      }
    }
  }

  /** By the definition: all extensions of which none repeats an n-gram, sorted, cut. */
  @Test
  void textWithoutRepetitionIsTheMostLikelyOne() {
    FakeModel model = FakeModel.arbitrary(3, 3);
    List<int[]> all = new ArrayList<>();
    addTextsWithoutRepetition(new int[0], 6, all);
    int[] best =
        all.stream()
            .max(Comparator.comparingDouble(ids -> logProbability(model, ids)))
            .orElseThrow();
    Sequence found = new BeamSearch(model, new BeamConfig(729, 2, 1)).search(PRIME, 6);
    assertThat(found.ids()).isEqualTo(best);
    assertThat(found.logProbability())
        .isCloseTo(logProbability(model, best), within(TOLERANCE)); // not shared among the others
  }

  private static void addTextsWithoutRepetition(int[] beginning, int length, List<int[]> all) {
    List<Integer> text = new ArrayList<>(Arrays.stream(PRIME).boxed().toList());
    Arrays.stream(beginning).forEach(text::add);
    List<List<Integer>> ngrams = RepeatedNgramsTest.ngrams(text, 2);
    if (Set.copyOf(ngrams).size() < ngrams.size()) {
      return;
    }
    if (beginning.length == length) {
      all.add(beginning);
      return;
    }
    for (int id = 0; id < 3; id++) {
      int[] longer = Arrays.copyOf(beginning, beginning.length + 1);
      longer[beginning.length] = id;
      addTextsWithoutRepetition(longer, length, all);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void settledTokensAreThoseOfTheResult(int width) {
    int early = 0;
    for (long seed = 0; seed < 30; seed++) {
      FakeModel model = FakeModel.arbitrary(4, seed);
      List<Integer> settled = new ArrayList<>();
      List<Integer> steps = new ArrayList<>();
      List<Integer> settledBefore = new ArrayList<>();
      Sequence found =
          new BeamSearch(model, width)
              .search(
                  PRIME,
                  40,
                  new StopString(seed % 2 == 0 ? "" : "ccab"),
                  TOKENS::get,
                  (step, ids) -> {
                    steps.add(step);
                    settledBefore.add(settled.size());
                    Arrays.stream(ids).forEach(settled::add);
                  });
      assertThat(settled).isEqualTo(Arrays.stream(found.ids()).boxed().toList());
      assertThat(steps).isEqualTo(IntStream.rangeClosed(1, steps.size()).boxed().toList());
      early += settledBefore.get(settledBefore.size() - 1);
    }
    assertThat(early).isGreaterThan(30 * 10); // most tokens are settled long before the end
  }

  @Test
  void invalidSettingsAreRejected() {
    assertThatThrownBy(() -> new BeamConfig(1, -1, 1))
        .hasMessage("no-repeat must be at least 0, got -1");
    assertThatThrownBy(() -> new BeamConfig(1, 0, Double.NaN))
        .hasMessage("length-penalty must be finite and at least 0, got NaN");
    assertThatThrownBy(() -> new BeamSearch(TRAP, 0))
        .isInstanceOf(SettingException.class)
        .hasMessage("beam must be at least 1, got 0");
    assertThatThrownBy(() -> new BeamSearch(TRAP, 1).search(PRIME, 0))
        .isInstanceOf(SettingException.class)
        .hasMessage("length must be at least 1, got 0");
    assertThatThrownBy(() -> new BeamSearch(TRAP, 1).search(new int[0], 1))
        .isInstanceOf(SettingException.class)
        .hasMessage("beam needs a prime to continue; give at least one character");
  }

  /** Returns the most likely of all texts of a length. */
  private static Sequence mostLikelyOfAll(FakeModel model, int length) {
    int size = model.vocabularySize();
    Sequence best = new Sequence(new int[0], Double.NEGATIVE_INFINITY, TextEnd.LENGTH);
    for (int number = 0; number < Math.round(Math.pow(size, length)); number++) {
      int[] ids = new int[length];
      for (int i = 0, digits = number; i < length; i++, digits /= size) {
        ids[i] = digits % size;
      }
      double logProbability = logProbability(model, ids);
      if (logProbability > best.logProbability()) {
        best = new Sequence(ids, logProbability, TextEnd.LENGTH);
      }
    }
    return best;
  }

  private static double logProbability(FakeModel model, int[] ids) {
    List<Integer> history = new ArrayList<>(Arrays.stream(PRIME).boxed().toList());
    double sum = 0;
    for (int id : ids) {
      sum += Math.log(model.probabilities(history)[id]);
      history.add(id);
    }
    return sum;
  }

  /** The definition by brute force: list all extensions, score each text anew, sort, cut. */
  private static int[] textbook(FakeModel model, int width, int length) {
    List<int[]> beam = List.of(new int[0]);
    for (int i = 0; i < length; i++) {
      List<int[]> extensions = new ArrayList<>();
      for (int[] beginning : beam) {
        for (int id = 0; id < model.vocabularySize(); id++) {
          int[] longer = Arrays.copyOf(beginning, beginning.length + 1);
          longer[beginning.length] = id;
          extensions.add(longer);
        }
      }
      extensions.sort((a, b) -> Double.compare(logProbability(model, b), logProbability(model, a)));
      beam = extensions.subList(0, Math.min(width, extensions.size()));
    }
    return beam.get(0);
  }

  /** A model whose logits are all equal. */
  private record ConstantModel(int vocabularySize, float logit) implements LanguageModel {
    @Override
    public Decoder start(int rows) {
      return new Decoder() {
        @Override
        public float[][] step(int[] ids) {
          float[][] logits = new float[ids.length][vocabularySize];
          for (float[] row : logits) {
            Arrays.fill(row, logit);
          }
          return logits;
        }

        @Override
        public void select(int[] rows) {}

        @Override
        public void close() {}
      };
    }
  }
}
