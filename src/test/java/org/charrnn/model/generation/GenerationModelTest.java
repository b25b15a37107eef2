package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.sample.LanguageModel.Decoder;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.testing.RandomWeights;
import org.charrnn.testing.Threads;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationModelTest {
  private static final Vocabulary VOCABULARY = Vocabulary.of(" abcd");
  private static final SamplingConfig SOFTMAX = new SamplingConfig(1, 0, 1, false);
  private static final int[] PRIME = {3, 1, 4};

  private static GenerationModel model(CellKind cell, SamplingConfig sampling) {
    return model(new ModelConfig(cell, VOCABULARY.size(), 6, 2, 0), VOCABULARY, sampling);
  }

  private static GenerationModel model(
      ModelConfig config, Vocabulary vocabulary, SamplingConfig sampling) {
    GenerationModel model = new GenerationModel(config, vocabulary, sampling);
    List<VariableValue> weights = RandomWeights.of(model.weightShapes());
    float[] softmaxBias = weights.get(weights.size() - 1).values();
    softmaxBias[0] += 2; // spaces are frequent
    model.setWeights(weights);
    return model;
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

  /** The likeliest after the likeliest, one step at a time and in plain Java. */
  @ParameterizedTest
  @EnumSource
  void greedyIsTheArgmaxOfEachStep(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, VOCABULARY.size(), 6, 2, 3);
    int[] expected = new int[200];
    try (StepModel steps = new StepModel(config)) {
      List<VariableValue> weights = RandomWeights.of(steps.weightShapes());
      weights.get(weights.size() - 1).values()[0] += 2;
      steps.setWeights(weights);
      try (Decoder decoder = steps.start(1)) {
        float[] logits = decoder.read(PRIME);
        for (int i = 0; i < expected.length; i++) {
          for (int id = 1; id < logits.length; id++) {
            expected[i] = logits[id] > logits[expected[i]] ? id : expected[i];
          }
          logits = decoder.step(new int[] {expected[i]})[0];
        }
      }
    }
    try (GenerationModel model = model(config, VOCABULARY, SamplingConfig.GREEDY)) {
      assertThat(generate(model, PRIME, 200, 2, 0)).isDeepEqualTo(new int[][] {expected, expected});
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void startOfTextDoesNotDependOnItsLengthNorOnTheTextsBesideIt(int primeLength) {
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

  @Test
  void otherSeedAndOtherRowGiveOtherTexts() {
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
  void withoutAPrimeTheFirstTokenIsAnyEvenIfTheRestIsGreedy() {
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
  void unknownTokenIsNeverWritten() {
    String unknown = Level.CHARACTER.unknown();
    Vocabulary vocabulary = Vocabulary.of(Level.CHARACTER, List.of("a", unknown, "b"), true);
    ModelConfig config = new ModelConfig(CellKind.RNN, 3, 4, 1, 0);
    try (GenerationModel model = model(config, vocabulary, SOFTMAX)) {
      for (int[] prime : new int[][] {{}, {0}, {1}}) { // a prime may hold it
        assertThat(generate(model, prime, 300, 1, 0)[0]).contains(0, 2).doesNotContain(1);
      }
    }
  }

  /** Inside words there is no choice, so the same seed or not, a word goes on as it began. */
  @Test
  void whitespaceModeDrawsOnlyWhereAWordStarts() {
    SamplingConfig atWords = new SamplingConfig(1, 0, 1, true);
    try (GenerationModel drawing = model(CellKind.LSTM, atWords);
        GenerationModel greedy = model(CellKind.LSTM, SamplingConfig.GREEDY)) {
      int[] text = generate(drawing, new int[] {0}, 400, 1, 3)[0];
      int draws = 0;
      for (int i = 1; i < text.length; i++) {
        int[] before = new int[i + 1];
        System.arraycopy(text, 0, before, 1, i);
        int likeliest = generate(greedy, before, 1, 1, 0)[0][0];
        if (text[i - 1] != 0) {
          assertThat(text[i]).isEqualTo(likeliest);
        } else if (text[i] != likeliest) {
          draws++;
        }
      }
      assertThat(draws).isPositive(); // or nothing was tried
    }
  }

  @Test
  void tokensComeOneForEachTextInTurn() {
    List<Integer> rows = new ArrayList<>();
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      model.generate(PRIME, 3, 2, 0, (row, id) -> rows.add(row));
    }
    assertThat(rows).containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void sinkThatFailsEndsTheTextAndTheModelCanBeUsedAgain() {
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

  @Test
  void weightsThatAreNoNumbersAreToldWithAdvice() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      List<VariableValue> broken = RandomWeights.of(model.weightShapes());
      broken.forEach(weight -> Arrays.fill(weight.values(), Float.NaN));
      model.setWeights(broken);
      assertThatThrownBy(() -> generate(model, PRIME, 1, 1, 0))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("the model cannot go on")
          .hasMessageContaining("use an earlier checkpoint");
    }
  }

  @Test
  void lengthAndCountMustBePositive() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      assertThatThrownBy(() -> generate(model, PRIME, 0, 1, 0))
          .isInstanceOf(InputException.class)
          .hasMessage("--length must be at least 1, got 0");
      assertThatThrownBy(() -> model.generate(PRIME, 1, -1, 0, (row, id) -> {}))
          .isInstanceOf(InputException.class)
          .hasMessage("--count must be at least 1, got -1");
    }
  }

  @Test
  void manyThreadsWriteAsOneDoes() {
    try (GenerationModel model = model(CellKind.LSTM, SOFTMAX)) {
      List<int[][]> alone =
          IntStream.range(0, 16).mapToObj(seed -> generate(model, PRIME, 200, 2, seed)).toList();
      List<int[][]> together = Threads.run(16, seed -> generate(model, PRIME, 200, 2, seed));
      for (int seed = 0; seed < alone.size(); seed++) {
        assertThat(together.get(seed)).as("seed %d", seed).isDeepEqualTo(alone.get(seed));
      }
    }
  }
}
