package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code charrnn evaluate}: on the validation part of its run, in windows, and as JSON. */
class EvaluateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Characters of the text of {@link #run}, of which the last fifth is for validation. */
  private static final int SIZE = 180 * 40;

  private static final int VALIDATION = SIZE / 5;

  @TempDir static Path shared;
  private static Path text;
  private static Path run;

  @TempDir private Path directory;

  @BeforeAll
  static void trainOnce() throws IOException {
    text = Files.writeString(shared.resolve("text.txt"), LabText.SENTENCE.repeat(40));
    assertThat(text).hasSize(SIZE);
    run = shared.resolve("run");
    train(run, List.of(text), "--validation=0.2", "--validation-from=end").assertDone();
  }

  private static Run train(Path to, List<?> data, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--run=" + to, "--data"));
    data.forEach(file -> args.add(file.toString()));
    return Run.of(
        plus(
            plus(
                args,
                "--hidden=8",
                "--batch-size=4",
                "--sequence-length=9",
                "--steps=20",
                "--save-every=10",
                "--sample-length=0",
                "--learning-rate=0.02"),
            more));
  }

  private static JsonNode json(Object... args) {
    return parse(Run.of(Stream.concat(Stream.of("evaluate", "--json"), Stream.of(args)).toArray()));
  }

  private static JsonNode parse(Run evaluated) {
    assertThat(evaluated.assertDone().out()).hasSize(1);
    return parse(evaluated.out().get(0));
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Evaluates a file with nothing but the part; both are read as one stream. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--window=7"})
  void ownPartIsThatOfTheText(String option) throws IOException {
    Path part =
        Files.writeString(
            directory.resolve("part.txt"), Files.readString(text).substring(SIZE - VALIDATION));
    List<String> own = new ArrayList<>(List.of("evaluate", run.toString()));
    List<String> file = new ArrayList<>(List.of("evaluate", run.toString(), part.toString()));
    if (!option.isEmpty()) {
      own.add(option);
      file.add(option);
    }
    Run evaluated = Run.of(own).assertDone();
    assertThat(evaluated.out()).isEqualTo(Run.of(file).assertDone().out()).hasSize(4);
    assertThat(evaluated.out().get(3))
        .isEqualTo("characters: 1,439 predicted, 0 unknown in the text");
    assertThat(evaluated.err())
        .containsExactly(
            "charrnn: validation part of %s (0.2, end): 1,440 of 7,200 characters".formatted(text));
  }

  /** Two files with a separator, and pieces of about 540 characters of each. */
  @ParameterizedTest
  @CsvSource({"--validation=0.3, 5", "--validation=0.6, 10"})
  void ownPartHasTheLossOfTheHistory(String validation, int pieces) throws IOException {
    Path other = Files.writeString(directory.resolve("other.txt"), LabText.SENTENCE.repeat(10));
    Path spread = directory.resolve("spread");
    Run trained = train(spread, List.of(text, other), validation, "--separator= ship ");
    trained.assertDone();
    for (HistoryRow row : RunDirectory.open(spread).readHistory()) {
      assertThat(row.validationNats()).isNotNull();
      Path checkpoint = spread.resolve("checkpoints/step-" + row.step());
      JsonNode evaluated = json(checkpoint);
      assertThat(evaluated.get("nats").doubleValue()).isCloseTo(row.validationNats(), within(2e-6));
      assertThat(evaluated.get("text").textValue())
          .isEqualTo("validation part of 2 files, from %s to %s", text, other);
      assertThat(evaluated.get("files")).hasSize(2);
    }
    Run best = Run.of("evaluate", spread).assertDone();
    assertThat(best.out())
        .isEqualTo(Run.of("evaluate", spread.resolve("checkpoints/step-20")).out());
    assertThat(best.err()).singleElement().asString().endsWith(", in %d pieces".formatted(pieces));
  }

  /** Several streams, each from a zero state, as the training reads the part. */
  @Test
  void longOwnPartHasTheLossOfTheHistory() throws IOException {
    Path longPart = directory.resolve("long");
    train(longPart, List.of(text), "--validation=0.6", "--validation-from=end").assertDone();
    double recorded =
        RunDirectory.open(longPart).readHistory().stream()
            .reduce((a, b) -> b)
            .orElseThrow()
            .validationNats();
    assertThat(json(longPart.resolve("checkpoints/step-20")).get("nats").doubleValue())
        .isCloseTo(recorded, within(2e-6));
  }

  @Test
  void ownPartIsFoundFromTheSavedModelInItsRun() throws IOException {
    Path own = directory.resolve("own");
    train(own, List.of(text), "--steps=10", "--validation=0.1").assertDone();
    assertThat(Run.of("evaluate", own.resolve("saved_model")).assertDone().out())
        .isEqualTo(Run.of("evaluate", own).assertDone().out());
    Path exported = directory.resolve("exported");
    Run.of("export", own, exported).assertDone();
    Run.of("evaluate", exported)
        .assertRejected(
            exported + " is a SavedModel outside of its run",
            "name a file to evaluate: charrnn evaluate " + exported + " FILE");
  }

  @Test
  void changedPartIsReported() throws IOException {
    Path resumed = directory.resolve("resumed");
    train(resumed, List.of(text), "--steps=10", "--validation=0.1").assertDone();
    Run.of("train", "--resume", resumed, "--steps=20", "--validation=0.2").assertDone();
    Run evaluated = Run.of("evaluate", resumed).assertDone();
    assertThat(evaluated.err())
        .hasSize(2)
        .last()
        .asString()
        .contains("--resume changed the validation part at step 10; the training may have read");
    assertThat(evaluated.out().get(3)).startsWith("characters: 1,43");
  }

  // What has no validation part of its own

  @Test
  void runWithoutValidationIsRejected() {
    Path none = directory.resolve("none");
    train(none, List.of(text), "--steps=1", "--validation=0").assertDone();
    Run.of("evaluate", none)
        .assertRejected(
            none + " was trained without a validation part (--validation 0)",
            "charrnn evaluate %s FILE".formatted(none));
    Path lab = directory.resolve("lab");
    Run.of("lab", "--run=" + lab, "--steps=1", "--listing=none").assertDone();
    Run.of("evaluate", lab).assertRejected("was trained without a validation part (charrnn lab");
  }

  @Test
  void textOfPipeIsRejected() {
    Path piped = directory.resolve("piped");
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream(LabText.SENTENCE.repeat(20).getBytes(StandardCharsets.UTF_8)));
    try {
      train(piped, List.of("-"), "--steps=1", "--validation=0.1").assertDone();
    } finally {
      System.setIn(before);
    }
    Run.of("evaluate", piped)
        .assertRejected(
            "the text of the run came from standard input, which can be read only once",
            "charrnn evaluate %s FILE".formatted(piped));
  }

  @Test
  void missingOrChangedTextIsRejected() throws IOException {
    Path file = Files.copy(text, directory.resolve("copy.txt"));
    Path trained = directory.resolve("trained");
    train(trained, List.of(file), "--steps=1", "--validation=0.1").assertDone();
    String original = Files.readString(file);
    String advice = "charrnn evaluate %s FILE".formatted(trained);

    Files.writeString(file, original + "if");
    Run.of("evaluate", trained)
        .assertRejected(
            "the text of the run has changed since it was trained: it had 7,200 characters and now"
                + " has 7,202, in "
                + file,
            "restore it",
            advice);
    Files.writeString(file, original.replaceFirst("ship", "pish"));
    Run.of("evaluate", trained)
        .assertRejected("has changed", "it has as many characters, but others, in " + file, advice);
    Files.writeString(file, original.replaceFirst("ship", "SHIP"));
    Run.of("evaluate", trained)
        .assertRejected("has changed", "it has as many characters, but others, in " + file, advice);
    Files.delete(file);
    Run.of("evaluate", trained).assertRejected("there is no file " + file, advice);
    Files.writeString(file, original);
    Run.of("evaluate", trained).assertDone();
  }

  @Test
  void checkpointWithoutItsRunIsRejected() throws IOException {
    Path alone = directory.resolve("a/checkpoints/step-20");
    Files.createDirectories(alone);
    try (Stream<Path> files = Files.list(run.resolve("checkpoints/step-20"))) {
      for (Path file : files.toList()) {
        Files.copy(file, alone.resolve(file.getFileName()));
      }
    }
    Run.of("evaluate", alone)
        .assertRejected(directory.resolve("a") + " is not a run: it has no config.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--each",
        "--include=*.txt",
        "--exclude=*.txt",
        "--encoding=UTF-8",
        "--malformed=report",
        "--separator=x"
      })
  void optionsOfFilesNeedFiles(String option) {
    Run.of("evaluate", run, option)
        .assertRejected(
            option.replaceFirst("=.*", "")
                + " needs files to evaluate: without one, the text is that of the run");
  }

  // Windows

  @Test
  void windowCanBeUsedWithEach() {
    List<String> alone = Run.of("evaluate", run, text, "--window=20").assertDone().out();
    List<String> table = Run.of("evaluate", run, text, "--window=20", "--each").assertDone().out();
    List<String> cells = List.of(table.get(1).split("\t"));
    assertThat(alone.get(0)).isEqualTo("mean loss: " + cells.get(0) + " nats");
    assertThat(alone).isNotEqualTo(Run.of("evaluate", run, text).assertDone().out());
    assertThat(alone.get(3)).isEqualTo("characters: 7,199 predicted, 0 unknown in the text");
  }

  @Test
  void windowOutOfRangeIsRejected() {
    Run.of("evaluate", run, text, "--window=0")
        .assertRejected("--window must be at least 1, got 0");
    Run.of("evaluate", run, "--window=-5").assertRejected("--window must be at least 1, got -5");
    Run.of("evaluate", run, text, "--window=many").assertRejected("--window", "many");
  }

  // JSON

  @Test
  void jsonHasTheResult() {
    JsonNode result = json(run, text, "--window=50");
    assertThat(names(result))
        .containsExactlyInAnyOrder(
            "model",
            "text",
            "files",
            "level",
            "window",
            "nats",
            "bits",
            "perplexity",
            "tokens",
            "unknown");
    assertThat(result.get("model").textValue()).isEqualTo(run.toString());
    assertThat(result.get("text").textValue()).isEqualTo(text.toString());
    assertThat(result.get("files")).singleElement().isEqualTo(result.get("text"));
    assertThat(result.get("level").textValue()).isEqualTo("char");
    assertThat(result.get("window").intValue()).isEqualTo(50);
    assertThat(result.get("tokens").intValue()).isEqualTo(SIZE - 1);
    assertThat(result.get("unknown").intValue()).isZero();
    double nats = result.get("nats").doubleValue();
    assertThat(result.get("bits").doubleValue()).isCloseTo(nats / Math.log(2), within(1e-12));
    assertThat(result.get("perplexity").doubleValue()).isCloseTo(Math.exp(nats), within(1e-12));
    assertThat(Run.of("evaluate", run, text, "--window=50").out().get(0))
        .isEqualTo(String.format(Locale.ROOT, "mean loss: %.4f nats", nats));
    JsonNode own = json(run);
    assertThat(own.get("window").getNodeType()).isEqualTo(JsonNodeType.NULL);
    assertThat(own.get("text").textValue()).isEqualTo("validation part of " + text);
    assertThat(own.get("tokens").intValue()).isEqualTo(VALIDATION - 1);
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void eachFileHasItsJson() throws IOException {
    Path missing = directory.resolve("missing\t\"quoted\".txt");
    Path tooShort = Files.writeString(directory.resolve("short"), "i");
    Run found = Run.of("evaluate", run, "--each", "--json", text, missing, tooShort);
    assertThat(found.exitCode()).isEqualTo(ExitCodes.WORK_FAILED);
    List<JsonNode> lines = found.out().stream().map(EvaluateCommandTest::parse).toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).isEqualTo(json(run, text));
    for (JsonNode failed : lines.subList(1, 3)) {
      assertThat(names(failed))
          .containsExactlyInAnyOrder("model", "text", "files", "level", "window", "error");
    }
    assertThat(lines.get(1).get("text").textValue()).isEqualTo(missing.toString());
    assertThat(lines.get(1).get("error").textValue()).isEqualTo("there is no file " + missing);
    assertThat(lines.get(2).get("error").textValue())
        .isEqualTo(tooShort + " has 1 token; evaluation needs at least 2");
  }

  /** Those of the part alone. */
  @Test
  void unknownWordsOfTheOwnPartAreCounted() throws IOException {
    String rare = "rare rare rare\n";
    Path words = directory.resolve("words.txt");
    Files.writeString(words, rare + "we sail far away\n".repeat(100) + rare + "we sail\n");
    Path model = directory.resolve("model");
    train(
            model,
            List.of(words),
            "--level=word",
            "--vocabulary-size=6",
            "--validation=0.1",
            "--validation-from=end")
        .assertDone();
    JsonNode own = json(model);
    assertThat(own.get("level").textValue()).isEqualTo("word");
    assertThat(own.get("unknown").intValue()).isEqualTo(3);
    assertThat(json(model, words).get("unknown").intValue()).isEqualTo(6);
  }
}
