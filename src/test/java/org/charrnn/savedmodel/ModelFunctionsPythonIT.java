package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.decoding.StopString;
import org.charrnn.decoding.TextEnd;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.PrimeBatch;
import org.charrnn.model.generation.StepModel;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.Python;
import org.charrnn.text.Level;
import org.charrnn.text.TokenIds;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Python calls the functions of exported models of every kind, and compares the results with those
 * of the same weights in Java: {@code src/test/python/check_functions.py}.
 */
@ParameterizedClass
@EnumSource(Python.Version.class)
class ModelFunctionsPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_functions.py");
  private static final int HIDDEN = 7;

  private static final Vocabulary CHARACTERS = Vocabulary.of("if you want to ship, é가😀\n");
  private static final Vocabulary CHARACTERS_AND_UNKNOWN =
      Vocabulary.of(
          Level.CHARACTER, List.of(" ", "f", "i", "o", "u", "y", Level.CHARACTER.unknown()), true);
  private static final Vocabulary WORDS =
      Vocabulary.of(
          Level.WORD,
          List.of(
              "\n", " ", " don't", " to", " want", " you", ",", "<unk>", "if", "you", "é", "中",
              " 国", "น้"),
          true);

  /** Quotes, escapes, delimiters, and characters of several code points. */
  private static final Vocabulary SPECIAL_CHARACTERS =
      Vocabulary.of("if you t\n\t\"'`\\/{}[]%$&<>\u0000\u007f\u00a0\u200d\ufeff👩\u200d👧é\u0301");

  private static final Vocabulary MANY_WORDS =
      Vocabulary.of(
          Level.WORD,
          Stream.concat(
                  WORDS.tokens().stream(), IntStream.range(0, 8000).mapToObj(i -> " word" + i))
              .toList(),
          true);

  /**
   * A model to export.
   *
   * @param detailed whether all checks run on it, or only those for every model
   */
  private record Case(
      String name,
      CellKind cell,
      int layers,
      int embedding,
      boolean tied,
      Vocabulary vocabulary,
      boolean detailed) {
    Case(
        String name,
        CellKind cell,
        int layers,
        int embedding,
        Vocabulary vocabulary,
        boolean detailed) {
      this(name, cell, layers, embedding, false, vocabulary, detailed);
    }

    ModelConfig config() {
      return new ModelConfig(cell, vocabulary.size(), HIDDEN, layers, embedding, tied);
    }
  }

  private static final List<Case> CASES = cases();

  /** All kinds of cells, depths, inputs and levels, and some special vocabularies. */
  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      for (int layers = 1; layers <= 3; layers++) {
        for (int embedding : new int[] {0, 3}) {
          String name = cell + "_" + layers + (embedding == 0 ? "_one_hot" : "_embedded");
          cases.add(new Case(name + "_characters", cell, layers, embedding, CHARACTERS, false));
          cases.add(new Case(name + "_words", cell, layers, embedding, WORDS, false));
        }
      }
    }
    cases.add(new Case("many_words", CellKind.LSTM, 1, 4, MANY_WORDS, false));
    cases.add(new Case("detailed_tied", CellKind.LSTM, 2, HIDDEN, true, WORDS, true));
    cases.add(new Case("detailed_lstm", CellKind.LSTM, 2, 0, SPECIAL_CHARACTERS, true));
    cases.add(new Case("detailed_gru", CellKind.GRU, 1, 3, WORDS, true));
    cases.add(new Case("detailed_rnn", CellKind.RNN, 3, 0, CHARACTERS_AND_UNKNOWN, true));
    return cases;
  }

  private static final List<Case> DETAILED_CASES = CASES.stream().filter(Case::detailed).toList();

  @TempDir private static Path directory;

  @Parameter Python.Version version;

  private static Path out; // directory for Python's output
  private static Python.Result result;

  @BeforeAll
  static void export() throws IOException {
    Python.get(); // skips the test early if there is no Python
    for (Case model : CASES) {
      write(model);
    }
  }

  @BeforeParameterizedClassInvocation
  static void callFromPython(Python.Version version) throws IOException {
    Python python = Python.get(version);
    out = Files.createDirectory(directory.resolve("out_" + version));
    List<Path> arguments = new ArrayList<>(List.of(out));
    CASES.forEach(model -> arguments.add(directory.resolve(model.name)));
    result = python.run(SCRIPT, arguments.toArray());
  }

  private static void write(Case model) throws IOException {
    List<VariableValue> weights = LargeWeights.of(model.config());
    RunConfig config =
        new RunConfig(
            "test",
            RunKind.TRAIN,
            model.config(),
            TextConfig.of(
                model.vocabulary,
                TokenIds.of(model.vocabulary.size(), 0),
                List.of(),
                TextFormat.UTF_8),
            TrainingConfig.lab(new BatchShape(10, 10), 1, 0.1f, 1, 1),
            ComputeKernel.OPS,
            Slicing.NONE,
            null);
    RunDirectory run = RunDirectory.create(directory.resolve(model.name), config, model.vocabulary);
    run.writeSavedModel(weights);
    Vocabulary vocabulary = model.vocabulary;
    String all = String.join("", vocabulary.tokens());
    Stream<String> texts =
        Stream.of(
            "if you",
            "",
            "you if you",
            all,
            vocabulary.hasUnknown() ? "é\n가" : "",
            vocabulary.hasUnknown() ? "want to, 中国น้ำ" : "",
            vocabulary.hasUnknown() ? " if you" : "");
    Map<String, Object> expected = new HashMap<>();
    expected.put("detailed", model.detailed);
    expected.put("classes", vocabulary.size());
    expected.put("tokens", vocabulary.tokens());
    expected.put("level", vocabulary.level().toString());
    expected.put("unknown", vocabulary.hasUnknown());
    expected.put("cell", model.cell.toString());
    expected.put("layers", model.layers);
    expected.put("tied", model.tied);
    expected.put(
        "texts", texts.map(text -> Map.of("text", text, "ids", vocabulary.encode(text))).toList());
    expected.put("generated", generated(model, weights));
    expected.put("ids", IDS);
    expected.put("logits", logits(model, weights));
    new ObjectMapper()
        .writeValue(directory.resolve(model.name + "/expected.json").toFile(), expected);
  }

  private static final int[][] IDS = {{1, 2, 5, 0, 3}, {4, 4, 1, 2, 6}, {0, 1, 0, 1, 0}};

  /** Returns the logits {@code [batch][time][classes]}, computed one step at a time. */
  private static float[][][] logits(Case model, List<VariableValue> weights) {
    int time = IDS[0].length;
    float[][][] logits = new float[IDS.length][time][];
    try (StepModel steps = StepModel.open(model.config(), weights);
        Decoder decoder = steps.start(IDS.length)) {
      for (int t = 0; t < time; t++) {
        int current = t;
        float[][] step = decoder.step(Stream.of(IDS).mapToInt(row -> row[current]).toArray());
        for (int row = 0; row < IDS.length; row++) {
          logits[row][t] = step[row].clone();
        }
      }
    }
    return logits;
  }

  private record Draw(
      List<String> primes,
      int length,
      float temperature,
      int topK,
      long seed,
      double topP,
      String until) {
    Draw(
        String prime,
        int length,
        float temperature,
        int topK,
        long seed,
        int count,
        double topP,
        String until) {
      this(Collections.nCopies(count, prime), length, temperature, topK, seed, topP, until);
    }

    Draw(String prime, int length, float temperature, int topK, long seed, int count) {
      this(prime, length, temperature, topK, seed, count, 1, "");
    }
  }

  private static final List<String> DIFFERENT_PRIMES =
      List.of("if you", "", "you if you", "if", "", "if you", "you");

  /** Texts that Java generates at once; Python generates all at once. */
  private static final int BATCH_SIZE = 3;

  private static final List<Draw> DRAWS =
      List.of(
          new Draw("if you", 60, 0.5f, 0, -3, 3),
          new Draw("if", 60, 1.5f, 3, 123456789012L, 2),
          new Draw("", 50, 1, 0, 1, 3),
          new Draw("to you", 50, 1, 0, 1, 2), // words have " to"
          new Draw("", 50, 0, 0, 1, 2),
          new Draw("if you", 60, 1, 0, 2, 3, 0.7, ""),
          new Draw("", 60, 1.5f, 4, 3, 2, 0.9, ""),
          new Draw("if", 200, 0.9f, 0, 5, 3, 1, "u"),
          new Draw("", 200, 1.2f, 0, 4, 3, 0.95, "ou"), // a part of a word, too
          new Draw(DIFFERENT_PRIMES, 50, 1, 0, 7, 1, ""),
          new Draw(DIFFERENT_PRIMES, 60, 0, 0, 7, 1, ""),
          new Draw(DIFFERENT_PRIMES, 200, 1.1f, 5, 8, 0.9, "u"),
          new Draw("if", 40, 1, 0, 9, 70), // Python computes them in parts
          new Draw("to you", 40, 1, 3, 9, 50));

  private static List<Map<String, Object>> generated(Case model, List<VariableValue> weights) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Draw draw : DRAWS) {
      all.add(
          Map.of(
              "primes", draw.primes,
              "length", draw.length,
              "temperature", draw.temperature,
              "top_k", draw.topK,
              "seed", draw.seed,
              "top_p", draw.topP,
              "until", draw.until,
              "texts", generate(model, weights, draw)));
    }
    return all;
  }

  private static List<String> generate(Case model, List<VariableValue> weights, Draw draw) {
    SamplingConfig sampling = new SamplingConfig(draw.temperature, draw.topK, draw.topP, false);
    List<GeneratedText.Builder> texts =
        Stream.generate(
                () ->
                    new GeneratedText.Builder(new StopString(draw.until), model.vocabulary::token))
            .limit(draw.primes.size())
            .toList();
    try (GenerationModel generation =
        GenerationModel.open(
            model.config(), model.vocabulary, sampling, weights, SessionSettings.allCores())) {
      for (int from = 0; from < texts.size(); from += BATCH_SIZE) {
        int first = from;
        int to = Math.min(from + BATCH_SIZE, texts.size());
        List<int[]> primes =
            draw.primes.subList(from, to).stream().map(model.vocabulary::encode).toList();
        generation.generate(
            new PrimeBatch(new ArrayList<>(primes), LongStream.range(from, to).toArray()),
            draw.length,
            draw.seed,
            (row, id) -> texts.get(first + row).add(id));
      }
    }
    return IntStream.range(0, texts.size())
        .mapToObj(i -> draw.primes.get(i) + texts.get(i).build(TextEnd.LENGTH).text())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generates_the_same_text_as_java",
        "generates_for_any_shape",
        "until_ends_each_text_by_itself",
        "encodes_and_decodes_like_java",
        "reads_line_ends_as_in_training",
        "encodes_and_decodes_batches",
        "logits_equal_javas",
        "gradients_match_finite_differences",
        "steps_continue_from_the_state",
        "attributes_are_found_by_name",
      })
  void pythonCheckPassesForAllCases(String fact) {
    assertPassed(CASES, fact);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rows_are_independent",
        "arguments_have_defaults",
        "signatures_show_the_arguments",
        "works_inside_other_functions",
        "xla_compiles_the_network",
        "works_in_dataset_map",
        "threads_generate_the_same_texts_as_one",
        "opens_after_a_move",
        "is_saved_repeatedly",
        "wrong_calls_have_clear_errors",
        "v1_loader_generates",
        "saved_model_cli_shows_signatures_and_functions",
        "signatures_return_the_same_as_functions",
        "is_fine_tuned_and_saved",
        "checkpoint_object_saves_and_restores",
      })
  void pythonCheckPassesForDetailedCases(String fact) {
    assertPassed(DETAILED_CASES, fact);
  }

  private static void assertPassed(List<Case> cases, String fact) {
    assertThat(result.out().lines())
        .containsAll(cases.stream().map(c -> "ok: " + c.name + ": " + fact).toList());
  }

  @Test
  void allPythonChecksPass() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  /** Python fine-tuned the model, and stored a text that it generated next to it. */
  @Test
  void modelFineTunedInPythonGeneratesTheSameTextInJava() throws IOException {
    for (Case model : DETAILED_CASES) {
      Path fineTuned = out.resolve(model.name).resolve("fine_tuned");
      assertThat(fineTuned.resolve("assets/config.json")).exists();
      for (Path asset : List.of(Path.of("config.json"), Path.of("vocabulary.json"))) {
        Files.delete(fineTuned.resolve("assets").resolve(asset)); // they are in the graph, too
      }
      TrainedModel trained = TrainedModel.open(fineTuned);
      assertThat(trained.vocabulary().tokens()).isEqualTo(model.vocabulary.tokens());
      assertThat(trained.config().model()).isEqualTo(model.config());
      assertGeneratesPythonsText(model, trained.weights(model.config().weightShapes()));
    }
  }

  @Test
  void weightsAreReadFromACheckpointOfPython() throws IOException {
    for (Case model : DETAILED_CASES) {
      Path checkpoint = out.resolve(model.name).resolve("checkpoint-1");
      assertGeneratesPythonsText(
          model, InitialWeights.read(checkpoint, model.config().weightShapes()));
    }
  }

  private static void assertGeneratesPythonsText(Case model, List<VariableValue> weights)
      throws IOException {
    Path file = out.resolve(model.name).resolve("fine_tuned.json");
    String text = new ObjectMapper().readTree(file.toFile()).get("text").asText();
    assertThat(generate(model, weights, new Draw("if you", 100, 1, 0, 5, 1))).containsExactly(text);
  }
}
