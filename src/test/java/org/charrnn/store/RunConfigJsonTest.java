package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenization;
import org.charrnn.text.WordRules;
import org.charrnn.text.files.TextLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs of an earlier version, which are in {@code src/test/resources/runs}, are the oracle. */
class RunConfigJsonTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  /** The configuration in {@code runs/char}. */
  private static final RunConfig CHAR =
      new RunConfig(
          "0.1.0-SNAPSHOT",
          RunKind.TRAIN,
          new ModelConfig(CellKind.LSTM, 25, 16, 2, 0),
          new TextConfig(
              Level.CHARACTER,
              false,
              List.of("text.txt"),
              "UTF-8",
              "report",
              1440,
              "320a0127430c264acdd350c8404e22cf50bf3be9a837bde1038a066c4330de53"),
          new TrainingConfig(
              new BatchShape(8, 10),
              60,
              LearningRateSchedule.epochs(0.02f, 0.97f, 1),
              new Regularization(0, 0, 0, 1f),
              new Saving(0.1, ValidationFrom.END, 30, 0, 0),
              1),
          ComputeKernel.fused(2),
          Slicing.NONE,
          null);

  private static List<Path> runs() throws IOException {
    try (Stream<Path> entries = Files.list(RUNS)) {
      return entries.filter(path -> Files.exists(path.resolve("config.json"))).sorted().toList();
    }
  }

  private static RunConfig parse(String json) {
    return RunConfigJson.parse(json.getBytes(UTF_8), "config.json");
  }

  private static ObjectNode fixture(String run) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(RUNS.resolve(run + "/config.json").toFile());
  }

  private static RunConfig parseFixture(String run) throws IOException {
    return parse(fixture(run).toString());
  }

  @Test
  void everySettingOfOldRunIsRead() throws IOException {
    assertThat(parseFixture("char")).isEqualTo(CHAR);
  }

  @ParameterizedTest
  @CsvSource({
    "char, TRAIN",
    "dropout, TRAIN",
    "lab, LAB",
    "local-steps, TRAIN",
    "sliced, TRAIN",
    "word, TRAIN"
  })
  void kindOfOldRunIsDerived(String run, RunKind kind) throws IOException {
    assertThat(parseFixture(run).kind()).isEqualTo(kind);
  }

  @Test
  void slicingAndKernelOfOldRunsAreRead() throws IOException {
    assertThat(parseFixture("local-steps").slicing()).isEqualTo(new Slicing(2, 5));
    assertThat(parseFixture("sliced").slicing()).isEqualTo(new Slicing(3, 1));
    assertThat(parseFixture("dropout").kernel()).isEqualTo(ComputeKernel.OPS);
    assertThat(parseFixture("dropout").training().regularization())
        .isEqualTo(new Regularization(0.3f, 0, 0, 5f));
    assertThat(parseFixture("lab").training())
        .isEqualTo(TrainingConfig.lab(new BatchShape(170, 10), 60, 0.1f, 60, 3));
    assertThat(parseFixture("word").text().level()).isEqualTo(Level.WORD);
  }

  /**
   * Byte for byte, so keys, their order and the format of numbers are those of earlier versions.
   */
  @ParameterizedTest
  @MethodSource("runs")
  void writtenFileEqualsThatOfEarlierVersionExceptForAddedKeys(Path run) throws IOException {
    Path file = run.resolve("config.json");
    String earlier = Files.readString(file);
    RunConfig config = parse(earlier);

    String firstLine = "  \"version\" : \"0.1.0-SNAPSHOT\",\n";
    String malformed = "    \"malformed\" : \"report\",\n";
    String added =
        """
            "separator" : "",
            "newlines" : "lf",
            "normalize" : "none",
        """;
    String expected =
        earlier
            .replace(firstLine, firstLine + "  \"kind\" : \"%s\",\n".formatted(config.kind()))
            .replace(malformed, malformed + added)
            .replaceFirst("(\n *\"embedding_size\" : .*)", "$1,\n    \"tie_embeddings\" : false")
            .replaceFirst(
                "(\n *\"learning_rate\" : .*,)",
                "$1\n    \"warmup\" : 0,\n    \"decay\" : \"epochs\",")
            .replaceFirst(
                "(\n *\"dropout\" : .*,)",
                "$1\n    \"weight_drop\" : 0.0,\n    \"reset_state\" : 0.0,")
            .replaceFirst("(\n *\"validation\" : .*,)", "$1\n    \"validation_from\" : \"end\",")
            .replaceAll("(?s),\n  \"sha256\" : \\{.*?\\}\n\\}", "\n}");
    assertThat(new String(Json.write(RunConfigJson.write(config)), UTF_8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void writtenConfigRoundTrips(Path run) throws IOException {
    RunConfig config = parse(Files.readString(run.resolve("config.json")));
    assertThat(parse(RunConfigJson.write(config).toString())).isEqualTo(config);
  }

  @Test
  void changesAndLocationRoundTrip() throws IOException {
    RunConfig changed =
        CHAR.changedAt(
                60,
                new TrainingConfig(
                    CHAR.training().batch(),
                    90,
                    CHAR.training().schedule(),
                    Regularization.NONE,
                    CHAR.training().saving(),
                    1))
            .withText(CHAR.text().withLocation(new TextLocation("/home", null)));
    ObjectNode json = RunConfigJson.write(changed);
    assertThat(json.get("changes").toString())
        .isEqualTo(
            """
            [{"step":60,"setting":"steps","from":60,"to":90},\
            {"step":60,"setting":"clip","from":1.0,"to":null}]""");
    assertThat(json.get("text").get("location").toString())
        .isEqualTo("{\"directory\":\"/home\",\"from_run\":null}");
    assertThat(parse(json.toString())).isEqualTo(changed);
    assertThat(changed.at(60)).isEqualTo(changed);
    assertThat(changed.at(59).training()).isEqualTo(CHAR.training());
    assertThat(changed.at(59).changes()).isEmpty();
  }

  @Test
  void exportedConfigHasTheNumberOfFiles() {
    RunConfig exported =
        CHAR.withText(CHAR.text().withLocation(new TextLocation("/home", "x"))).exported();
    ObjectNode json = RunConfigJson.write(exported);
    assertThat(json.get("text").get("files")).isEmpty();
    assertThat(json.get("text").get("file_count").asInt()).isEqualTo(1);
    assertThat(json.get("text").has("location")).isFalse();
    assertThat(parse(json.toString())).isEqualTo(exported);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "changes|5",
        "changes|null",
        "changes|[null]",
        "changes|[{\"step\": 1, \"setting\": \"speed\", \"from\": 1, \"to\": 2}]",
        "changes|[{\"step\": 1, \"setting\": \"steps\", \"from\": 1}]",
        "changes|[{\"step\": 1, \"setting\": \"steps\", \"from\": [], \"to\": 2}]",
        "file_count|2",
        "file_count|-1",
        "location|5",
        "location|{\"directory\": null, \"from_run\": null}"
      })
  void damagedChangesAndLocationsAreRejected(String key, String value) throws IOException {
    ObjectNode json = fixture("char");
    ObjectNode section = key.equals("changes") ? json : (ObjectNode) json.get("text");
    section.set(key, new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged");
  }

  @Test
  void wordRulesOfOldRunAreTheEarlyOnes() throws IOException {
    assertThat(parseFixture("word").text().tokenization())
        .isEqualTo(new Tokenization(Level.WORD, WordRules.SPACES));
  }

  @Test
  void wordRulesAreKept() throws IOException {
    ObjectNode json = fixture("word");
    ((ObjectNode) json.get("text")).put("word_rules", "scripts");
    RunConfig config = parse(json.toString());
    assertThat(config.text().tokenization()).isEqualTo(Tokenization.newest(Level.WORD));
    assertThat(parse(RunConfigJson.write(config).toString())).isEqualTo(config);
    ((ObjectNode) json.get("text")).put("word_rules", "syllables");
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged");
  }

  @Test
  void writtenKindIsNotDerivedAgain() throws IOException {
    ObjectNode json = fixture("lab");
    json.put("kind", "train");
    assertThat(parse(json.toString()).kind()).isEqualTo(RunKind.TRAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "'', mood",
    "/model, mood",
    "/text, mood",
    "/training, mood",
    "/kernel, mood",
    "/slicing, mood",
    "/training, batch", // a component of the record, but not a key of the file
    "/training, saving"
  })
  void unknownKeyIsRejected(String section, String key) throws IOException {
    ObjectNode json = fixture("char");
    ((ObjectNode) json.at(section)).put(key, 4);
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged: ")
        .hasMessageContaining("\"" + key + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "version",
    "model",
    "text",
    "training",
    "/model/cell",
    "/model/hidden_size",
    "/training/steps",
    "/training/learning_rate",
    "/training/clip",
    "/training/seed"
  })
  void missingKeyIsRejected(String path) throws IOException {
    ObjectNode json = fixture("char");
    int slash = path.lastIndexOf('/');
    ObjectNode section = slash < 0 ? json : (ObjectNode) json.at(path.substring(0, slash));
    section.remove(path.substring(slash + 1));
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged");
  }

  /** The values are JSON. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/model/layers | 101 | layers must be from 1 to 100, got 101",
        "/training/batch_size | 0 | batch-size must be at least 1, got 0",
        "/training/learning_rate | -1 | learning-rate must be above 0, got -1",
        "/training/dropout | 1 | dropout must be from 0 to below 1, got 1",
        "/training/sample_length | -1 | sample-length must be at least 0, got -1",
        "/kernel/shards | 0 | shards must be at least 1, got 0",
        "/kernel/kind | null | kernel must not be null",
        "/slicing/slices | 0 | slices must be at least 1, got 0"
      })
  void valueOutOfRangeIsRejected(String path, String value, String message) throws IOException {
    ObjectNode json = fixture("char");
    int slash = path.lastIndexOf('/');
    ((ObjectNode) json.at(path.substring(0, slash)))
        .set(path.substring(slash + 1), new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged")
        .hasMessageContaining(message);
  }

  /** A section of another type is not a missing one. */
  @ParameterizedTest
  @CsvSource({
    "model, 5",
    "text, []",
    "training, null",
    "training, 5",
    "kernel, null",
    "kernel, 5",
    "slicing, null",
    "slicing, []"
  })
  void sectionThatIsNotAnObjectIsRejected(String key, String value) throws IOException {
    ObjectNode json = fixture("char");
    json.set(key, new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> parse(json.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json is damaged");
  }
}
