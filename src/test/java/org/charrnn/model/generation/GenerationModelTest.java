package org.charrnn.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.SettingException;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.Threads;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationModelTest {
  private static final Vocabulary VOCABULARY = Vocabulary.of(" abcd");
  private static final SamplingConfig SOFTMAX = new SamplingConfig(1, 0, 1, false);
  private static final int[] PRIME = {3, 1, 4};

  /** So many texts are generated in a graph, fewer on Java arrays. */
  private static final int MANY =
      GenerationModel.MAX_TEXTS_PER_THREAD * SessionSettings.allCores().threads() + 1;

  private static GenerationModel model(CellKind cell, SamplingConfig sampling) {
    return model(config(cell), VOCABULARY, sampling);
  }

  private static ModelConfig config(CellKind cell) {
    return new ModelConfig(cell, VOCABULARY.size(), 6, 2, 0);
  }

  private static GenerationModel model(
      ModelConfig config, Vocabulary vocabulary, SamplingConfig sampling) {
    return GenerationModel.open(
        config, vocabulary, sampling, weights(config), SessionSettings.allCores());
  }

  /** Returns random weights with which spaces are frequent. */
  private static List<VariableValue> weights(ModelConfig config) {
    List<VariableValue> weights = LargeWeights.of(config);
    float[] softmaxBias = weights.get(weights.size() - 1).values();
    softmaxBias[0] += 2;
    return weights;
  }

  /** Returns the texts, {@code [count][length]}. */
  private static int[][] generate(
      GenerationModel model, int[] prime, int length, int count, long seed) {
    List<List<Integer>> texts = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      texts.add(new ArrayList<>());
    }
    model.generate(prime, length, count, seed, (row, id) -> texts.get(row).add(id));
    return texts.stream()
        .map(text -> text.stream().mapToInt(id -> id).toArray())
        .toArray(int[][]::new);
  }

  /** The expected text is computed one step at a time, by an argmax in plain Java. */
  @ParameterizedTest
  @EnumSource
  void greedyTextIsTheArgmaxOfEachStep(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, VOCABULARY.size(), 6, 2, 3);
    int[] expected = new int[200];
    try (StepModel steps = StepModel.open(config, weights(config));
        Decoder decoder = steps.start(1)) {
      float[] logits = decoder.read(PRIME);
      for (int i = 0; i < expected.length; i++) {
        for (int id = 1; id < logits.length; id++) {
          expected[i] = logits[id] > logits[expected[i]] ? id : expected[i];
        }
        logits = decoder.step(new int[] {expected[i]})[0];
      }
    }
    try (GenerationModel model = model(config, VOCABULARY, SamplingConfig.GREEDY)) {
      for (int count : new int[] {1, 2, MANY}) {
        assertThat(Arrays.asList(generate(model, PRIME, 200, count, 0)))
            .hasSize(count)
            .allSatisfy(text -> assertThat(text).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void startOfTextDoesNotDependOnItsLengthOrOnOtherTexts(int primeLength) {
    int[] prime = Arrays.copyOf(PRIME, primeLength);
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      int[][] texts = generate(model, prime, 300, 5, 42);
      for (int length : new int[] {1, 2, 3, 100, 191}) {
        assertThat(generate(model, prime, length, 1, 42)[0])
            .isEqualTo(Arrays.copyOf(texts[0], length));
      }
      assertThat(generate(model, prime, 300, 3, 42)).isDeepEqualTo(Arrays.copyOf(texts, 3));
    }
  }

  /** The oracle of few texts, on Java arrays, is the graph. */
  @ParameterizedTest
  @CsvSource({
    "LSTM, 1, 0, 1, false, 0", "LSTM, 0.5, 0, 1, false, 3", "LSTM, 1, 2, 1, false, 0",
    "LSTM, 1, 0, 0.6, false, 0", "LSTM, 2, 4, 0.8, false, 0", "LSTM, 1, 0, 1, true, 0",
    "LSTM, 1, 2, 0.7, true, 4", "LSTM, 0, 0, 1, false, 0", "GRU, 1, 0, 1, false, 3",
    "GRU, 1, 0, 0.6, false, 0", "RNN, 1, 0, 1, false, 3", "RNN, 1, 3, 1, false, 0"
  })
  void fewTextsAreTheFirstOfMany(
      CellKind cell, double temperature, int topK, double topP, boolean whitespace, int embedding) {
    SamplingConfig sampling = new SamplingConfig(temperature, topK, topP, whitespace);
    assertFewTextsAreTheFirstOfMany(
        new ModelConfig(cell, VOCABULARY.size(), 6, 2, embedding), sampling);
  }

  @ParameterizedTest
  @EnumSource
  void fewTextsWithTiedEmbeddingsAreTheFirstOfMany(CellKind cell) {
    assertFewTextsAreTheFirstOfMany(
        new ModelConfig(cell, VOCABULARY.size(), 6, 2, 6, true), SOFTMAX);
  }

  private static void assertFewTextsAreTheFirstOfMany(ModelConfig config, SamplingConfig sampling) {
    try (GenerationModel model = model(config, VOCABULARY, sampling)) {
      for (int[] prime : new int[][] {{}, {2}, PRIME}) {
        int[][] texts = generate(model, prime, 300, MANY, 7);
        for (int count = 1; count <= 3; count++) {
          assertThat(generate(model, prime, 300, count, 7))
              .isDeepEqualTo(Arrays.copyOf(texts, count));
        }
      }
    }
  }

  /** An iteration of the loop in the graph generates fewer tokens, and the nucleus is searched. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 0.3", "0, 0.95", "300, 1", "20, 0.9"})
  void fewTextsOfALargeVocabularyAreTheFirstOfMany(int topK, double topP) {
    StringBuilder characters = new StringBuilder();
    IntStream.range(0x4e00, 0x4e00 + 700).forEach(characters::appendCodePoint);
    Vocabulary vocabulary = Vocabulary.of(characters.toString());
    ModelConfig config = new ModelConfig(CellKind.GRU, vocabulary.size(), 9, 1, 4);
    try (GenerationModel model =
        model(config, vocabulary, new SamplingConfig(1, topK, topP, false))) {
      assertThat(generate(model, PRIME, 200, 2, 7))
          .isDeepEqualTo(Arrays.copyOf(generate(model, PRIME, 200, MANY, 7), 2));
    }
  }

  private static int[][] generate(GenerationModel model, PrimeBatch batch, int length, long seed) {
    List<List<Integer>> texts =
        Stream.generate(() -> (List<Integer>) new ArrayList<Integer>())
            .limit(batch.size())
            .toList();
    model.generate(batch, length, seed, (row, id) -> texts.get(row).add(id));
    return texts.stream()
        .map(text -> text.stream().mapToInt(id -> id).toArray())
        .toArray(int[][]::new);
  }

  /** Texts in a batch are those of the last row of a batch with one prime only. */
  @ParameterizedTest
  @EnumSource
  void textsOfDifferentPrimesAreThoseOfTheirRows(CellKind cell) {
    List<int[]> primes =
        List.of(
            PRIME, new int[0], new int[] {2}, PRIME, new int[] {1, 1, 2, 3, 0, 4, 4}, new int[0]);
    long[] rows = {0, 1, 2, 5, 6, 11}; // as if the lines between them were unusable
    try (GenerationModel model = model(cell, SOFTMAX)) {
      for (int length : new int[] {1, 2, 70}) {
        int[][] texts = generate(model, new PrimeBatch(new ArrayList<>(primes), rows), length, 42);
        for (int i = 0; i < rows.length; i++) {
          int row = (int) rows[i];
          assertThat(texts[i])
              .as("row %d", row)
              .isEqualTo(generate(model, primes.get(i), length, row + 1, 42)[row]);
        }
      }
      int[][] texts = generate(model, new PrimeBatch(new ArrayList<>(primes), rows), 70, 42);
      assertThat(texts[3]).isNotEqualTo(texts[0]);
      assertThat(texts[5]).isNotEqualTo(texts[1]);
    }
  }

  @Test
  void greedyTextsOfDifferentPrimesAreThoseOfEachAlone() {
    List<int[]> primes = List.of(new int[] {2}, PRIME, new int[] {1, 1, 2, 3, 0, 4, 4});
    try (GenerationModel model = model(CellKind.LSTM, SamplingConfig.GREEDY)) {
      int[][] texts =
          generate(model, new PrimeBatch(new ArrayList<>(primes), new long[] {0, 1, 2}), 50, 0);
      for (int i = 0; i < texts.length; i++) {
        assertThat(texts[i]).isEqualTo(generate(model, primes.get(i), 50, 1, 9)[0]);
      }
    }
  }

  /** With several threads, rows are computed in parts; with 70 rows the last one is smaller. */
  @ParameterizedTest
  @EnumSource
  void textsDoNotDependOnTheNumberOfThreads(CellKind cell) {
    ModelConfig config = config(cell);
    List<int[][]> texts = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (GenerationModel model =
          GenerationModel.open(
              config, VOCABULARY, SOFTMAX, weights(config), new SessionSettings(threads))) {
        texts.add(generate(model, PRIME, 40, 70, 42));
      }
    }
    assertThat(texts).allSatisfy(t -> assertThat(t).isDeepEqualTo(texts.get(0)));
    assertThat(Arrays.stream(texts.get(0)).map(Arrays::toString)).doesNotHaveDuplicates();
  }

  /** The oracle reads a token at a time; an iteration of the loop reads 16. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 17, 18, 33, 100})
  void primesOfAnyLengthAreRead(int length) {
    ModelConfig config = config(CellKind.LSTM);
    int[] prime = new Random(length).ints(length, 0, VOCABULARY.size()).toArray();
    int expected = 0;
    try (StepModel steps = StepModel.open(config, weights(config));
        Decoder decoder = steps.start(1)) {
      float[] logits = decoder.read(prime);
      for (int id = 1; id < logits.length; id++) {
        expected = logits[id] > logits[expected] ? id : expected;
      }
    }
    try (GenerationModel model = model(config, VOCABULARY, SamplingConfig.GREEDY)) {
      assertThat(generate(model, prime, 1, 1, 0)[0]).containsExactly(expected);
    }
  }

  /** A batch far down a long file: earlier rows are not computed. */
  @Test
  void rowsCanHaveAnyNumber() {
    long[] rows = LongStream.range(3_000_000_000L, 3_000_000_100L).toArray();
    ArrayList<int[]> primes = new ArrayList<>(Collections.nCopies(rows.length, PRIME));
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      int[][] texts = generate(model, new PrimeBatch(primes, rows), 50, 42);
      assertThat(Arrays.stream(texts).map(Arrays::toString)).doesNotHaveDuplicates();
    }
  }

  /** Otherwise the test would not end. */
  @Test
  void generationStopsSoonAfterTheSinkIsDone() {
    List<Integer> ids = new ArrayList<>();
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      model.generate(
          PRIME,
          Integer.MAX_VALUE,
          1,
          42,
          new GenerationModel.TokenSink() {
            @Override
            public void accept(int row, int id) {
              ids.add(id);
            }

            @Override
            public boolean isDone() {
              return ids.size() >= 100;
            }
          });
      int[] text = ids.stream().mapToInt(id -> id).toArray();
      assertThat(text).hasSizeBetween(100, 200);
      assertThat(generate(model, PRIME, text.length, 1, 42)[0]).isEqualTo(text);
    }
  }

  @Test
  void textsOfDifferentSeedsAndRowsDiffer() {
    Set<List<Integer>> texts = new HashSet<>();
    try (GenerationModel model = model(CellKind.GRU, SOFTMAX)) {
      for (long seed = -2; seed <= 2; seed++) {
        for (int[] text : generate(model, PRIME, 50, 4, seed)) {
          texts.add(Arrays.stream(text).boxed().toList());
        }
      }
    }
    assertThat(texts).hasSize(5 * 4);
  }

  @Test
  void firstTokenWithoutPrimeIsSampledEvenIfTheRestIsGreedy() {
    try (GenerationModel model = model(CellKind.LSTM, SamplingConfig.GREEDY)) {
      int[][] texts = generate(model, new int[0], 20, 200, 1);
      assertThat(Arrays.stream(texts).map(text -> text[0])).contains(0, 1, 2, 3, 4);
      for (int[] text : Arrays.copyOf(texts, 5)) {
        assertThat(generate(model, new int[] {text[0]}, 19, 1, 9)[0])
            .isEqualTo(Arrays.copyOfRange(text, 1, 20));
      }
    }
  }

  @Test
  void unknownTokenIsNeverGenerated() {
    String unknown = Level.CHARACTER.unknown();
    Vocabulary vocabulary = Vocabulary.of(Level.CHARACTER, List.of("a", unknown, "b"), true);
    ModelConfig config = new ModelConfig(CellKind.RNN, 3, 4, 1, 0);
    try (GenerationModel model = model(config, vocabulary, SOFTMAX)) {
      for (int[] prime : new int[][] {{}, {0}, {1}}) { // a prime may contain it
        for (int count : new int[] {1, MANY}) {
          assertThat(Arrays.asList(generate(model, prime, 300, count, 0)))
              .allSatisfy(text -> assertThat(text).contains(0, 2).doesNotContain(1));
        }
      }
    }
  }

  /** Inside a word the text equals the greedy one; only its start is sampled. */
  @Test
  void whitespaceModeSamplesOnlyWhereAWordStarts() {
    SamplingConfig atWordStarts = new SamplingConfig(1, 0, 1, true);
    try (GenerationModel sampling = model(CellKind.LSTM, atWordStarts);
        GenerationModel greedy = model(CellKind.LSTM, SamplingConfig.GREEDY)) {
      int[] text = generate(sampling, new int[] {0}, 400, 1, 3)[0];
      int sampledStarts = 0;
      for (int i = 1; i < text.length; i++) {
        int[] before = new int[i + 1];
        System.arraycopy(text, 0, before, 1, i);
        int mostLikely = generate(greedy, before, 1, 1, 0)[0][0];
        if (text[i - 1] != 0) {
          assertThat(text[i]).isEqualTo(mostLikely);
        } else if (text[i] != mostLikely) {
          sampledStarts++;
        }
      }
      assertThat(sampledStarts).isPositive();
    }
  }

  @Test
  void sinkReceivesOneTokenOfEachTextAtATime() {
    List<Integer> rows = new ArrayList<>();
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      model.generate(PRIME, 3, 2, 0, (row, id) -> rows.add(row));
    }
    assertThat(rows).containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void failingSinkEndsTheTextAndTheModelCanBeUsedAgain() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      int[] text = generate(model, PRIME, 10, 1, 0)[0];
      assertThatThrownBy(
              () ->
                  model.generate(
                      PRIME,
                      10,
                      1,
                      0,
                      (row, id) -> {
                        throw new IllegalStateException("the pipe is closed");
                      }))
          .hasMessage("the pipe is closed");
      assertThat(generate(model, PRIME, 10, 1, 0)[0]).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void nanWeightsAreReportedWithAdvice(int count) {
    ModelConfig config = config(CellKind.LSTM);
    List<VariableValue> damaged = LargeWeights.of(config);
    damaged.forEach(weight -> Arrays.fill(weight.values(), Float.NaN));
    try (GenerationModel model =
        GenerationModel.open(config, VOCABULARY, SOFTMAX, damaged, SessionSettings.SEQUENTIAL)) {
      assertThatThrownBy(() -> generate(model, PRIME, 1, count, 0))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("the model's logits are not finite")
          .hasMessageContaining("use an earlier checkpoint");
    }
  }

  @Test
  void lengthAndCountMustBePositive() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      assertThatThrownBy(() -> generate(model, PRIME, 0, 1, 0))
          .isInstanceOf(SettingException.class)
          .hasMessage("length must be at least 1, got 0");
      assertThatThrownBy(() -> model.generate(PRIME, 1, -1, 0, (row, id) -> {}))
          .isInstanceOf(SettingException.class)
          .hasMessage("count must be at least 1, got -1");
    }
  }

  @Test
  void concurrentThreadsGenerateTheSameAsOneThread() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      List<int[][]> sequential =
          IntStream.range(0, 16).mapToObj(seed -> generate(model, PRIME, 200, 2, seed)).toList();
      List<int[][]> concurrent = Threads.run(16, seed -> generate(model, PRIME, 200, 2, seed));
      for (int seed = 0; seed < sequential.size(); seed++) {
        assertThat(concurrent.get(seed)).as("seed %d", seed).isDeepEqualTo(sequential.get(seed));
      }
    }
  }

  /**
   * One-hot input used to ignore such an id, and embeddings to fail with a message of TensorFlow.
   */
  @ParameterizedTest
  @CsvSource({"0, -1", "0, 5", "3, 5", "3, -1"})
  void primeOutOfRangeIsRejected(int embedding, int id) {
    ModelConfig config = new ModelConfig(CellKind.GRU, VOCABULARY.size(), 6, 2, embedding);
    try (GenerationModel model = model(config, VOCABULARY, SOFTMAX)) {
      for (int index = 0; index < 3; index++) {
        int[] prime = PRIME.clone();
        prime[index] = id;
        assertThatThrownBy(() -> generate(model, prime, 1, 1, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the id at index %d is %d, but the model's ids are 0 to 4", index, id);
      }
    }
  }
}
