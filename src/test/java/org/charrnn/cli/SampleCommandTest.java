package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.model.generation.StepModel;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenizer;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code charrnn sample} with a model trained so briefly that most tokens are uncertain. */
class SampleCommandTest {
  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    run = train("run", LabText.SENTENCE.repeat(8), "--steps", "40");
  }

  private static Path train(String name, String text, String... more) throws IOException {
    Path to = directory.resolve(name);
    Path data = Files.writeString(directory.resolve(name + ".txt"), text);
    List<String> args =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data.toString(),
                "--run",
                to.toString(),
                "--hidden",
                "16",
                "--batch-size",
                "8",
                "--sequence-length",
                "10",
                "--validation",
                "0",
                "--learning-rate",
                "0.02"));
    args.addAll(List.of(more));
    Run.of(args).assertDone();
    return to;
  }

  private static List<String> sample(Path model, String... more) {
    return Run.of(Stream.concat(Stream.of("sample", model), Stream.of(more)).toArray())
        .assertDone()
        .out();
  }

  /** The argmax of the logits, step by step in plain Java. */
  @Test
  void greedyTakesArgmaxOfEachStep() {
    TrainedModel trained = TrainedModel.open(run);
    StringBuilder expected = new StringBuilder("ship");
    try (StepModel model = StepModel.open(trained.config().model(), trained.weights())) {
      try (Decoder decoder = model.start(1)) {
        float[] logits = decoder.read(trained.vocabulary().encode("ship"));
        for (int i = 0; i < 30; i++) {
          int best = 0;
          for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
          }
          expected.append(trained.vocabulary().token(best));
          logits = decoder.step(new int[] {best})[0];
        }
      }
    }
    String[] prime = {"--prime", "ship", "--length", "30"};
    assertThat(sample(run, with(prime, "--greedy"))).containsExactly(expected.toString());
    assertThat(sample(run, with(prime, "--top-k", "1"))).containsExactly(expected.toString());
    assertThat(sample(run, with(prime, "--beam=1", "--no-repeat=0")))
        .containsExactly(expected.toString());
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void runCheckpointAndSavedModelSampleSameText() {
    List<String> text = sample(run, "--length", "60", "--seed", "7");
    assertThat(sample(run, "--length", "60", "--seed", "7")).isEqualTo(text);
    assertThat(sample(run.resolve("checkpoints/step-40"), "--length", "60", "--seed", "7"))
        .isEqualTo(text);
    assertThat(sample(run.resolve("saved_model"), "--length", "60", "--seed", "7")).isEqualTo(text);
    assertThat(sample(run, "--length", "60", "--seed", "8")).isNotEqualTo(text);
  }

  @Test
  void eachOfSeveralTextsHasHeadingAndFirstEqualsSingleText() {
    String[] options = {"--length", "20", "--prime", "the"};
    List<String> lines = sample(run, with(options, "--count", "3"));
    assertThat(lines).hasSize(6);
    assertThat(List.of(lines.get(0), lines.get(2), lines.get(4)))
        .containsExactly("=== text 1 of 3 ===", "=== text 2 of 3 ===", "=== text 3 of 3 ===");
    assertThat(sample(run, options)).containsExactly(lines.get(1));
    assertThat(List.of(lines.get(1), lines.get(3), lines.get(5)))
        .doesNotHaveDuplicates()
        .allSatisfy(text -> assertThat(text).startsWith("the").hasSize(23));
  }

  private static final String DEFAULT_SEED =
      "seed 1; use --seed N or --seed random for another text";

  @Test
  void defaultSeedIsReportedIfItMatters() {
    for (List<String> options :
        List.of(List.<String>of(), List.of("--prime=if"), List.of("--greedy"), List.of("--json"))) {
      assertThat(err(options)).as("%s", options).containsExactly(DEFAULT_SEED);
    }
    for (List<String> options :
        List.of(
            List.of("--seed=1"),
            List.of("--greedy", "--prime=if"),
            List.of("--temperature=0", "--prime=if"),
            List.of("--beam=2", "--prime=if"))) {
      assertThat(err(options)).as("%s", options).isEmpty();
    }
  }

  private static List<String> err(List<String> options) {
    List<String> args = new ArrayList<>(List.of("sample", run.toString(), "--length=5"));
    args.addAll(options);
    return Run.of(args).assertDone().err();
  }

  @Test
  void randomSeedIsReportedAndGivesSameTextAgain() {
    Set<List<String>> texts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Run random = Run.of("sample", run, "--length=40", "--seed=random").assertDone();
      assertThat(random.err())
          .singleElement()
          .asString()
          .matches("seed (\\d+); --seed \\1 gives the same text again");
      String seed = random.err().get(0).replaceAll("seed (\\d+);.*", "$1");
      assertThat(sample(run, "--length=40", "--seed=" + seed)).isEqualTo(random.out());
      texts.add(random.out());
    }
    assertThat(texts).hasSize(3);
    Run.of("sample", run, "--seed=any")
        .assertRejected("--seed", "'any' is neither a whole number nor random");
  }

  /** Each text is the one without the option, cut after the first occurrence behind the prime. */
  @ParameterizedTest
  @ValueSource(strings = {"e", "t", "to", "th", "you", "zzz"})
  void untilEndsEachTextAfterFirstOccurrence(String requested) throws IOException {
    String until = requested.equals("zzz") ? "uiuiui" : requested; // which never comes
    for (String prime : List.of("the ", "")) {
      String[] options = {"--prime=" + prime, "--length=150", "--count=3", "--json"};
      List<JsonNode> whole = json(sample(run, options));
      List<JsonNode> ended = json(sample(run, with(options, "--until=" + until)));
      assertThat(ended).hasSize(3);
      for (int i = 0; i < 3; i++) {
        String text = whole.get(i).get("text").textValue();
        int at = text.indexOf(until, prime.length());
        assertThat(ended.get(i).get("text").textValue())
            .isEqualTo(at < 0 ? text : text.substring(0, at + until.length()));
        assertThat(ended.get(i).get("end").textValue()).isEqualTo(at < 0 ? "length" : "until");
      }
      String[] plain = {"--prime=" + prime, "--length=150", "--until=" + until};
      assertThat(sample(run, plain)).containsExactly(ended.get(0).get("text").textValue());
    }
  }

  private static List<JsonNode> json(List<String> lines) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : lines) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }

  @Test
  void untilAppliesToGreedyTextAndBeamSearch() throws IOException {
    String[] prime = {"--prime=ship", "--length=60"};
    String greedy = sample(run, with(prime, "--greedy")).get(0);
    String until = greedy.substring(10, 12);
    String expected = greedy.substring(0, greedy.indexOf(until, 4) + 2);
    assertThat(sample(run, with(prime, "--greedy", "--until=" + until))).containsExactly(expected);
    assertThat(sample(run, with(prime, "--beam=1", "--no-repeat=0", "--until=" + until)))
        .containsExactly(expected);
    String[] beam = with(prime, "--beam=3", "--until=" + until);
    List<String> found = sample(run, beam);
    JsonNode object = json(sample(run, with(beam, "--json"))).get(0);
    assertThat(found).containsExactly(object.get("text").textValue());
    assertThat(object.get("seed").isNull()).isTrue();
    assertThat(object.get("end").textValue())
        .isEqualTo(found.get(0).endsWith(until) ? "until" : "length");
  }

  @Test
  void untilThatCanNeverOccurIsRejected() {
    Run.of("sample", run, "--until=").assertRejected("--until is empty");
    Run.of("sample", run, "--until=To§")
        .assertRejected("--until can never occur", "no character", "'T' (U+0054), '§' (U+00A7)");
    Run.of("sample", run, "--until=\\n").assertRejected("for a line end or a tab, write $'\\n'");
  }

  /** The softmax of the logits, step by step in plain Java. */
  @Test
  void probabilitiesAreThoseOfTheModel() throws IOException {
    String[] options = {"--prime=the", "--length=12", "--count=2", "--json", "--probabilities"};
    TrainedModel trained = TrainedModel.open(run);
    Vocabulary vocabulary = trained.vocabulary();
    try (StepModel model = StepModel.open(trained.config().model(), trained.weights())) {
      for (JsonNode object : json(sample(run, with(options, "--temperature=0.5", "--top-k=5")))) {
        StringBuilder text = new StringBuilder("the");
        try (Decoder decoder = model.start(1)) {
          float[] logits = decoder.read(vocabulary.encode("the"));
          for (JsonNode token : object.get("tokens")) {
            double sum = 0;
            for (float logit : logits) {
              sum += Math.exp(logit);
            }
            int id = vocabulary.id(token.get("text").textValue());
            assertThat(token.get("probability").doubleValue())
                .isCloseTo(Math.exp(logits[id]) / sum, within(1e-6)); // float logits below 10
            text.append(vocabulary.token(id));
            logits = decoder.step(new int[] {id})[0];
          }
        }
        assertThat(object.get("text").textValue()).isEqualTo(text.toString()).hasSize(15);
      }
    }
    JsonNode withoutPrime =
        json(sample(run, "--length=3", "--json", "--probabilities")).get(0).get("tokens");
    assertThat(withoutPrime).hasSize(3);
    assertThat(withoutPrime.get(0).get("probability").isNull()).isTrue();
    assertThat(withoutPrime.get(1).get("probability").doubleValue()).isBetween(0., 1.);
  }

  @Test
  void beamSearchRepeatsNothingUnlessAllowed() {
    String[] prime = {"--prime=the", "--length=200", "--beam=3"};
    assertThat(ngrams(sample(run, prime).get(0), 20)).doesNotHaveDuplicates();
    assertThat(ngrams(sample(run, with(prime, "--no-repeat=3")).get(0), 3)).doesNotHaveDuplicates();
    List<String> all = ngrams(sample(run, with(prime, "--no-repeat=0")).get(0), 20);
    assertThat(new HashSet<>(all)).hasSizeLessThan(all.size());
    List<String> once = new ArrayList<>(List.of("sample", run.toString(), "--no-repeat=1"));
    once.addAll(List.of(prime));
    Run ended = Run.of(once).assertDone();
    assertThat(ended.out().get(0)).hasSize(25); // each character of the vocabulary once
    assertThat(ended.err())
        .containsExactly(
            "the text ends after 22 tokens, since any other would repeat 1 in a row; use a larger"
                + " --no-repeat, or 0");
  }

  @Test
  void defaultsOfBeamSearchAreThoseOfHelp() {
    String[] prime = {"--prime=the", "--length=100", "--beam=3", "--until=th"};
    assertThat(sample(run, with(prime, "--no-repeat=20", "--length-penalty=1")))
        .isEqualTo(sample(run, prime));
  }

  private static List<String> ngrams(String text, int n) {
    return IntStream.rangeClosed(0, text.length() - n)
        .mapToObj(i -> text.substring(i, i + n))
        .toList();
  }

  @Test
  void charactersMissingInVocabularyAreNamed() {
    Run.of("sample", run, "--prime", "Quo vadis?").assertRejected("--prime", "'Q'", "'v'", "'?'");
  }

  /** 200,000 characters are more than Linux allows in one argument. */
  @Test
  void primeFileCanBeLongerThanArgument() throws IOException {
    String text = LabText.SENTENCE.repeat(1200) + "if";
    Path file = Files.writeString(directory.resolve("prime.txt"), "\ufeff" + text);
    String[] rest = {"--length", "20", "--temperature", "0.5"};
    assertThat(sample(run, with(new String[] {"--prime-file", file.toString()}, rest)))
        .isEqualTo(sample(run, with(new String[] {"--prime", text}, rest)))
        .singleElement()
        .asString()
        .hasSize(text.length() + 20);
    Files.writeString(file, "if\r\nQ");
    Run.of("sample", run, "--prime-file", file)
        .assertRejected(file + ": the vocabulary has no characters U+000A, 'Q' (U+0051)");
  }

  @Test
  void invalidOptionsAreRejectedInOneLine() {
    for (List<String> options :
        List.of(
            List.of("--length", "0"),
            List.of("--count", "0"),
            List.of("--temperature", "-1"),
            List.of("--top-k", "-1"),
            List.of("--top-p", "0"),
            List.of("--beam", "-1"),
            List.of("--no-repeat", "-1", "--beam", "2", "--prime", "a"),
            List.of("--length-penalty", "-1", "--beam", "2", "--prime", "a", "--until", "e"),
            List.of("--length-penalty", "NaN", "--beam", "2", "--prime", "a", "--until", "e"),
            List.of("--beam", "2", "--count", "2"),
            List.of("--beam", "2", "--greedy"),
            List.of("--greedy", "--temperature", "2"),
            List.of("--greedy", "--top-k", "2"),
            List.of("--greedy", "--whitespace"),
            List.of("--prime-file", run.resolve("config.json").toString(), "--prime", "a"))) {
      List<String> args = new ArrayList<>(List.of("sample", run.toString()));
      args.addAll(options);
      Run.of(args).assertRejected(options.get(0));
    }
    Run.of("sample", directory).assertRejected("neither a run");
  }

  /** Many words of the text are unknown, so the unknown token would soon be sampled. */
  @Test
  void unknownWordIsNeverSampled() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append("we sail x").append(i).append(" away\n");
    }
    Path words =
        train("words", text.toString(), "--level", "word", "--min-count", "2", "--steps", "60");
    assertThat(Files.readString(words.resolve("vocabulary.json"))).contains("<unk>");
    List<String> sampled = sample(words, "--prime", "we", "--length", "200");
    assertThat(sampled.get(0)).startsWith("we");
    assertThat(String.join("\n", sampled)).doesNotContain("<unk>").containsPattern("we sail");
  }

  /** The string may end inside a word, and span words. */
  @ParameterizedTest
  @ValueSource(strings = {"sa", "il fa", "y\n", "\r\n", "we sail"})
  void untilEndsWordsAnywhere(String until) throws IOException {
    Path words = words();
    String[] options = {"--prime=we", "--length=60", "--json"};
    String whole = json(sample(words, options)).get(0).get("text").textValue();
    JsonNode ended =
        json(sample(words, with(options, "--until=" + until, "--probabilities"))).get(0);
    String string = until.replace("\r", "");
    assertThat(ended.get("text").textValue())
        .isEqualTo(whole.substring(0, whole.indexOf(string, 2) + string.length()));
    StringBuilder tokens = new StringBuilder("we");
    ended.get("tokens").forEach(token -> tokens.append(token.get("text").textValue()));
    assertThat(tokens.toString()).isEqualTo(ended.get("text").textValue());
    Run.of("sample", words, "--until=awayx").assertRejected("no word of the vocabulary has 'x'");
  }

  /** Trained on a single line, which it would repeat forever. */
  private static Path words() throws IOException {
    Path words = directory.resolve("sailing");
    return Files.exists(words)
        ? words
        : train("sailing", "we sail far away\n".repeat(400), "--level=word", "--steps=200");
  }

  @Test
  void beamSearchRepeatsNoFourWords() throws IOException {
    String[] prime = {"--prime=we", "--length=30", "--beam=2"};
    String line = " sail far away\n";
    assertThat(String.join("\n", sample(words(), with(prime, "--no-repeat=0"))) + "\n")
        .startsWith("we" + line + "we" + line + "we" + line);
    for (String[] options : new String[][] {prime, with(prime, "--no-repeat=4")}) {
      String text = json(sample(words(), with(options, "--json"))).get(0).get("text").textValue();
      List<String> tokens = Tokenizer.tokens(Level.WORD, text);
      assertThat(
              IntStream.rangeClosed(0, tokens.size() - 4).mapToObj(i -> tokens.subList(i, i + 4)))
          .doesNotHaveDuplicates();
    }
    assertThat(sample(words(), with(prime, "--no-repeat=4"))).isEqualTo(sample(words(), prime));
  }

  @Test
  void evaluatePrintsLossOfModel() {
    Run evaluated = Run.of("evaluate", run, directory.resolve("run.txt")).assertDone();
    assertThat(evaluated.out()).hasSize(4);
    double nats = Double.parseDouble(evaluated.out().get(0).replaceAll("[^.\\d]", ""));
    assertThat(nats).isBetween(0.5, Math.log(25)); // better than chance
    assertThat(evaluated.out().get(3)).contains("1,439 predicted, 0 unknown");
  }
}
