package org.charrnn.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.Beam;
import org.charrnn.decoding.BeamConfig;
import org.charrnn.decoding.BeamSearch;
import org.charrnn.decoding.BeamSearch.Sequence;
import org.charrnn.decoding.StopString;
import org.charrnn.decoding.TextEnd;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.Threads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The oracle is the search with {@link StepModel}, whose logits are read step by step and compared
 * in plain Java.
 */
class SearchModelTest {
  private static final int CLASSES = 7;

  /** Logits below 10, each rounded by a few 1e-6, of up to 150 tokens. */
  private static final Offset<Double> ROUNDING = within(1e-3);

  /** What is searched for, and how. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Query(BeamConfig config, int[] prime, int length, String until) {
    static Query random(SplittableRandom random, int width) {
      int noRepeat = new int[] {0, 0, 1, 2, 3, 6, 20}[random.nextInt(7)];
      double penalty = random.nextInt(3) / 2.;
      int[] prime = random.ints(1 + random.nextInt(40), 0, CLASSES).toArray();
      String until = List.of("", "a", "ba", "cc", "abc").get(random.nextInt(5));
      return new Query(
          new BeamConfig(width, noRepeat, penalty), prime, 1 + random.nextInt(150), until);
    }

    Found find(BeamSearch search) {
      List<List<Integer>> settled = new ArrayList<>();
      Sequence sequence =
          search.search(
              prime,
              length,
              new StopString(until),
              id -> "abcdefg".substring(id, id + 1),
              (steps, ids) -> settled.add(Arrays.stream(ids).boxed().toList()));
      return new Found(sequence, settled);
    }

    @Override
    public String toString() {
      return "%s, prime %s, length %d, until '%s'"
          .formatted(config, Arrays.toString(prime), length, until);
    }
  }

  /**
   * @param settled tokens after each step
   */
  private record Found(Sequence sequence, List<List<Integer>> settled) {}

  @ParameterizedTest
  @CsvSource({
    "LSTM, 0, 1, false",
    "LSTM, 3, 2, false",
    "LSTM, 0, 3, false",
    "GRU, 0, 2, false",
    "GRU, 3, 1, false",
    "GRU, 5, 1, true",
    "RNN, 0, 1, false",
    "RNN, 3, 2, false"
  })
  void findsTheSameAsTheSearchStepByStep(CellKind cell, int embedding, int layers, boolean tied) {
    ModelConfig config = new ModelConfig(cell, CLASSES, 5, layers, embedding, tied);
    List<VariableValue> weights = LargeWeights.of(config);
    SplittableRandom random = new SplittableRandom(embedding + layers);
    List<TextEnd> ends = new ArrayList<>();
    for (int[] forbidden : new int[][] {{}, {2}}) {
      AllowedTokens allowed = new AllowedTokens(CLASSES, forbidden);
      try (StepModel steps = StepModel.open(config, weights);
          SearchModel model = SearchModel.open(config, allowed, weights)) {
        for (int width : new int[] {1, 1, 2, 3, 4, 5, 7, 8, 9, 13, 20, 60}) {
          Query query = Query.random(random, width);
          Found expected = query.find(new BeamSearch(steps, query.config, forbidden));
          Found found = query.find(new BeamSearch(model, query.config));
          assertThat(found.sequence.ids()).as(query.toString()).isEqualTo(expected.sequence.ids());
          assertThat(found.sequence.end()).isEqualTo(expected.sequence.end());
          assertThat(found.sequence.logProbability())
              .isCloseTo(expected.sequence.logProbability(), ROUNDING);
          assertThat(found.settled).as(query.toString()).isEqualTo(expected.settled);
          ends.add(found.sequence.end());
        }
      }
    }
    assertThat(ends).contains(TextEnd.LENGTH, TextEnd.UNTIL, TextEnd.REPETITION);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 100})
  void lowestIdsWinAmongEqualTexts(int width) {
    ModelConfig config = new ModelConfig(CellKind.RNN, CLASSES, 5, 1, 0);
    List<VariableValue> zeros =
        LargeWeights.of(config).stream()
            .map(w -> new VariableValue(w.name(), w.shape(), new float[w.values().length]))
            .toList();
    try (SearchModel model = SearchModel.open(config, new AllowedTokens(CLASSES, 0), zeros)) {
      BeamSearch search = new BeamSearch(model, BeamConfig.ofWidth(width));
      Sequence found = search.search(new int[] {3}, 30);
      assertThat(found.ids()).containsOnly(1).hasSize(30);
      assertThat(found.logProbability()).isCloseTo(-30 * Math.log(6), within(1e-12));
    }
  }

  /** The GRU's state becomes NaN after the token whose embedding is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10})
  void logitsThatBecomeNanAreReportedLikeInTheSearchStepByStep(int width) {
    ModelConfig config = new ModelConfig(CellKind.GRU, CLASSES, 5, 1, 3);
    int reported = 0;
    for (int token = 0; token < CLASSES; token++) {
      List<VariableValue> weights = withNanEmbedding(config, token);
      Query query = new Query(new BeamConfig(width, 4, 1), new int[] {token == 0 ? 1 : 0}, 60, "");
      try (StepModel steps = StepModel.open(config, weights);
          SearchModel model = SearchModel.open(config, new AllowedTokens(CLASSES), weights)) {
        Throwable expected = catchThrowable(() -> query.find(new BeamSearch(steps, query.config)));
        Throwable error = catchThrowable(() -> query.find(new BeamSearch(model, query.config)));
        assertThat(error == null).isEqualTo(expected == null);
        if (expected != null) {
          assertThat(error)
              .isInstanceOf(InputException.class)
              .hasMessage(expected.getMessage())
              .hasMessageContaining("the logit of token 0 is NaN");
          reported++;
        }
      }
    }
    assertThat(reported).isPositive();
  }

  private static List<VariableValue> withNanEmbedding(ModelConfig config, int token) {
    List<VariableValue> weights = new ArrayList<>();
    for (VariableValue weight : LargeWeights.of(config)) {
      float[] values = weight.values().clone();
      if (weight.name().equals("embedding")) {
        values[3 * token] = Float.NaN;
      }
      weights.add(new VariableValue(weight.name(), weight.shape(), values));
    }
    return weights;
  }

  @Test
  void forbiddenTokenMayHaveAnyLogit() {
    ModelConfig config = new ModelConfig(CellKind.RNN, CLASSES, 5, 1, 0);
    List<VariableValue> weights = new ArrayList<>();
    for (VariableValue weight : LargeWeights.of(config)) {
      float[] values = weight.values().clone();
      if (weight.name().equals("softmax_b")) {
        values[4] = Float.NaN;
        values[5] = Float.NEGATIVE_INFINITY;
      }
      weights.add(new VariableValue(weight.name(), weight.shape(), values));
    }
    try (SearchModel model = SearchModel.open(config, new AllowedTokens(CLASSES, 4), weights)) {
      int[] ids = new BeamSearch(model, BeamConfig.ofWidth(20)).search(new int[] {0}, 20).ids();
      assertThat(ids).hasSize(20).doesNotContain(4, 5);
    }
    try (SearchModel model = SearchModel.open(config, new AllowedTokens(CLASSES), weights)) {
      assertThatThrownBy(
              () -> new BeamSearch(model, BeamConfig.ofWidth(2)).search(new int[] {0}, 20))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the logit of token 4 is NaN");
    }
  }

  /** Each beam continues from any extension of any step, and twice from the same one. */
  @Test
  void beamAdvancesToExtensionsOfAnyStep() {
    ModelConfig config = new ModelConfig(CellKind.LSTM, CLASSES, 5, 2, 0);
    try (SearchModel model =
        SearchModel.open(config, new AllowedTokens(CLASSES), LargeWeights.of(config))) {
      for (int steps = 1; steps <= 5; steps++) {
        try (Beam one = model.start(new int[] {1, 2});
            Beam other = model.start(new int[] {1, 2})) {
          List<List<Beam.Extension>> all = one.extend(3, 5, unlimited(1));
          one.advance(steps, new int[] {2, 0});
          for (int i = 0; i < steps; i++) {
            int rows = i == 0 ? 1 : 3;
            assertThat(other.extend(3, 1, unlimited(rows))).containsExactly(all.get(i));
            other.advance(1, i < steps - 1 ? new int[] {0, 1, 2} : new int[] {2, 0});
          }
          assertThat(one.extend(3, 1, unlimited(2))).isEqualTo(other.extend(3, 1, unlimited(2)));
        }
      }
    }
  }

  private static List<List<int[]>> unlimited(int rows) {
    return IntStream.range(0, rows).mapToObj(row -> List.<int[]>of()).toList();
  }

  @Test
  void concurrentSearchesFindTheSameAsOneThread() {
    ModelConfig config = new ModelConfig(CellKind.LSTM, CLASSES, 5, 2, 0);
    try (SearchModel model =
        SearchModel.open(config, new AllowedTokens(CLASSES), LargeWeights.of(config))) {
      BeamSearch search = new BeamSearch(model, new BeamConfig(4, 5, 1));
      List<int[]> sequential =
          IntStream.range(0, 8).mapToObj(i -> search.search(new int[] {i % 7}, 60).ids()).toList();
      List<int[]> concurrent = Threads.run(8, i -> search.search(new int[] {i % 7}, 60).ids());
      for (int i = 0; i < 8; i++) {
        assertThat(concurrent.get(i)).isEqualTo(sequential.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, CLASSES})
  void idOutOfRangeIsRejected(int id) {
    ModelConfig config = new ModelConfig(CellKind.GRU, CLASSES, 5, 1, 0);
    try (SearchModel model =
        SearchModel.open(config, new AllowedTokens(CLASSES), LargeWeights.of(config))) {
      assertThatThrownBy(() -> model.start(new int[] {0, id}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the id at index 1 is %d, but the model's ids are 0 to 6", id);
    }
  }
}
