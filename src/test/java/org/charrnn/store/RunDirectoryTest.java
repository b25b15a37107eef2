package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.events.EventFile;
import org.charrnn.testing.Events;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.WordRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;

class RunDirectoryTest {
  private static final Vocabulary VOCABULARY = Vocabulary.of("abc");

  @TempDir Path temporary;

  @Test
  void newRunHasConfigAndVocabulary() throws IOException {
    Path path = temporary.resolve("runs").resolve("lab");
    RunDirectory run = RunDirectory.create(path, config(500), VOCABULARY);
    assertThat(run.earlierRun()).isEmpty();
    assertThat(names(path)).containsExactlyInAnyOrder("config.json", "vocabulary.json");
  }

  @Test
  void configHasAllSettings() throws IOException {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    JsonNode json = new ObjectMapper().readTree(temporary.resolve("config.json").toFile());
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {
                  "version": "0.1", "kind": "lab",
                  "model": {
                    "cell": "lstm", "classes": %d, "hidden_size": 26, "layers": 2,
                    "embedding_size": 0, "tie_embeddings": false
                  },
                  "text": {
                    "level": "char", "unknown": false, "files": [], "encoding": "UTF-8",
                    "malformed": "report", "separator": "", "newlines": "lf", "normalize": "none",
                    "tokens": 180, "sha256": "abcdef"
                  },
                  "training": {
                    "batch_size": 170, "sequence_length": 10, "steps": 500, "learning_rate": 0.1,
                    "warmup": 0, "decay": "epochs", "decay_rate": 1.0, "decay_after": 0,
                    "dropout": 0.0, "weight_drop": 0.0, "reset_state": 0.0, "clip": null,
                    "validation": 0.0, "validation_from": "end", "save_every": 500, "patience": 0, "sample_length": 0,
                    "seed": 7
                  },
                  "kernel": {"kind": "fused", "shards": 3, "precision": "float32"},
                  "slicing": {"slices": 1, "local_steps": 1},
                  "init_from": null
                }
                """
                    .formatted(VOCABULARY.size()));
    ((ObjectNode) json).remove("sha256"); // checked by the next test
    assertThat(json).isEqualTo(expected);
  }

  @Test
  void configHasChecksumsOfVocabularyAndOfItselfWithZeros() throws Exception {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    String config = Files.readString(temporary.resolve("config.json"));
    JsonNode sums = new ObjectMapper().readTree(config).get("sha256");
    assertThat(sums.get("vocabulary.json").asText())
        .isEqualTo(sha256(Files.readAllBytes(temporary.resolve("vocabulary.json"))));
    String own = sums.get("config.json").asText();
    assertThat(own).isEqualTo(sha256(config.replace(own, "0".repeat(64)).getBytes(UTF_8)));
  }

  private static String sha256(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void editedConfigIsRejectedUnlessChecksumsAreDeleted() throws IOException {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    Path file = temporary.resolve("config.json");
    String changed = Files.readString(file).replace("\"steps\" : 500", "\"steps\" : 600");
    Files.writeString(file, changed);
    assertThatThrownBy(() -> RunDirectory.open(temporary))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s is damaged: its checksum (SHA-256) differs from the one it was written with; if you"
                + " edited it on purpose, delete \"sha256\" in it, too",
            file);

    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(changed);
    json.remove("sha256");
    Files.writeString(file, json.toString());
    assertThat(RunDirectory.open(temporary).config()).isEqualTo(config(600));
  }

  @Test
  void changedVocabularyIsRejected() throws IOException {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    Path file = temporary.resolve("vocabulary.json");
    Files.writeString(file, Files.readString(file).replace("c", "d"));
    assertThatThrownBy(() -> RunDirectory.open(temporary))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + " is damaged: its checksum");
  }

  @Test
  void settingsMissingInOldRunsGetTheirEarlierValues() throws IOException {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    assertThat(RunDirectory.open(temporary).config().kernel()).isEqualTo(ComputeKernel.fused(3));

    Path file = temporary.resolve("config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.remove("sha256");
    ((ObjectNode) json.get("kernel")).remove("precision");
    Files.writeString(file, json.toString());
    assertThat(RunDirectory.open(temporary).config().kernel()).isEqualTo(ComputeKernel.fused(3));

    json.remove(List.of("kind", "kernel", "slicing"));
    ((ObjectNode) json.get("training")).remove("sample_length");
    Files.writeString(file, json.toString());
    RunConfig config = RunDirectory.open(temporary).config();
    assertThat(config.kind()).isEqualTo(RunKind.LAB);
    assertThat(config.kernel()).isEqualTo(ComputeKernel.OPS);
    assertThat(config.slicing()).isEqualTo(Slicing.NONE);
    assertThat(config.training().saving().sampleLength()).isZero();
    assertThat(config.training().seed()).isEqualTo(7);
  }

  @Test
  void vocabularyRoundTripsSpecialCharacters() throws IOException {
    Vocabulary special =
        Vocabulary.of("\u0000\u0001\b\n\r\t\"\\/<\u007F\u0085\u2028\uFEFF\uFFFD한\uD83D\uDE00");
    RunDirectory.create(temporary, config(1), special);
    String[] characters =
        new ObjectMapper().readValue(temporary.resolve("vocabulary.json").toFile(), String[].class);
    assertThat(characters).containsExactlyElementsOf(special.tokens());
  }

  @Test
  void earlierRunsAreMoved() throws IOException {
    writeRun(1);
    assertThat(writeRun(2).earlierRun()).contains(temporary.resolve("previous-1"));
    assertThat(writeRun(3).earlierRun()).contains(temporary.resolve("previous-2"));

    assertThat(steps(temporary.resolve("previous-1"))).isEqualTo(1);
    assertThat(steps(temporary.resolve("previous-2"))).isEqualTo(2);
    assertThat(steps(temporary)).isEqualTo(3);
    assertThat(names(temporary))
        .containsExactlyInAnyOrder(
            "previous-1",
            "previous-2",
            "config.json",
            "vocabulary.json",
            "history.csv",
            "checkpoints");
    assertThat(names(temporary.resolve("previous-2")))
        .containsExactlyInAnyOrder("config.json", "vocabulary.json", "history.csv", "checkpoints");
    assertThat(names(temporary.resolve("previous-2").resolve("checkpoints")))
        .containsExactlyInAnyOrder("step-2", "latest");
  }

  /** A new training was killed when it had archived the run, before it deleted the first file. */
  @Test
  void runThatWasArchivedIsNotArchivedAgain() throws IOException {
    writeRun(1);
    PathUtils.copyDirectory(copyOfRun(), temporary.resolve("previous-1"));
    assertThat(writeRun(2).earlierRun()).contains(temporary.resolve("previous-1"));
    assertThat(temporary.resolve("previous-2")).doesNotExist();
    assertThat(steps(temporary.resolve("previous-1"))).isEqualTo(1);
    assertThat(names(temporary.resolve("checkpoints"))).contains("step-2", "latest").hasSize(2);
  }

  /** A new training was killed while it deleted the run that it had archived. */
  @Test
  void restOfRunThatWasArchivedIsDeleted() throws IOException {
    writeRun(1);
    PathUtils.copyDirectory(copyOfRun(), temporary.resolve("previous-1"));
    Files.delete(temporary.resolve("config.json"));
    assertThat(writeRun(2).earlierRun()).contains(temporary.resolve("previous-1"));
    assertThat(temporary.resolve("previous-2")).doesNotExist();
    assertThat(names(temporary.resolve("checkpoints"))).contains("step-2", "latest").hasSize(2);
  }

  @Test
  void entriesThatAreNotArchivedAreNeverDeleted() throws IOException {
    writeRun(1);
    PathUtils.copyDirectory(copyOfRun(), temporary.resolve("previous-1"));
    Files.delete(temporary.resolve("config.json"));
    Files.writeString(temporary.resolve("checkpoints/step-1/notes.txt"), "mine");
    assertThat(writeRun(2).earlierRun()).contains(temporary.resolve("previous-2"));
    assertThat(names(temporary.resolve("previous-2"))).containsExactly("checkpoints");
    assertThat(temporary.resolve("previous-2/checkpoints/step-1/notes.txt")).hasContent("mine");
  }

  private Path copyOfRun() throws IOException {
    Path copy = temporary.resolveSibling(temporary.getFileName() + "-copy");
    PathUtils.copyDirectory(temporary, copy);
    return copy;
  }

  /** A training was killed before it wrote config.json. */
  @Test
  void vocabularyAloneIsNotArchived() throws IOException {
    Files.writeString(temporary.resolve("vocabulary.json"), "[\"x\"]");
    assertThat(writeRun(1).earlierRun()).isEmpty();
    assertThat(RunDirectory.open(temporary).vocabulary().tokens()).isEqualTo(VOCABULARY.tokens());
  }

  /** Archives are numbered on, so the last one has the highest number. */
  @Test
  void deletedArchiveLeavesAGap() throws IOException {
    Files.createDirectory(temporary.resolve("previous-2"));
    writeRun(1);
    assertThat(writeRun(2).earlierRun()).contains(temporary.resolve("previous-3"));
  }

  /** A new training was killed after it archived the earlier run. */
  @Test
  void errorNamesLastArchive() throws IOException {
    writeRun(1);
    writeRun(2);
    Files.delete(temporary.resolve("config.json"));
    String end = "; the last archived run is " + temporary.resolve("previous-1");
    assertThatThrownBy(() -> RunDirectory.open(temporary))
        .hasMessageEndingWith("config.json" + end);
    PathUtils.deleteDirectory(temporary.resolve("checkpoints"));
    assertThatThrownBy(() -> TrainedModel.open(temporary)).hasMessageEndingWith("SavedModel" + end);
  }

  /** A run of an earlier version has no checksums; somebody formatted its vocabulary. */
  @Test
  void newConfigHasChecksumOfVocabularyFileAsItIs() throws IOException {
    RunDirectory.create(temporary, config(500), VOCABULARY);
    Path file = temporary.resolve("config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.remove("sha256");
    Files.writeString(file, json.toString());
    Files.writeString(temporary.resolve("vocabulary.json"), "[\n  \"a\",\n  \"b\",\n  \"c\"\n]");
    RunDirectory.open(temporary).withConfig(config(600));
    assertThat(RunDirectory.open(temporary).config().training().steps()).isEqualTo(600);
  }

  @Test
  void unrelatedFilesAreNotMoved() throws IOException {
    Path notes = Files.writeString(temporary.resolve("notes.txt"), "unrelated");
    writeRun(1);
    writeRun(2);
    assertThat(notes).hasContent("unrelated");
  }

  @Test
  void eventFilesAreMovedWithTheirRun() throws IOException {
    writeRun(1).newEventFile().close();
    Path unrelated = Files.createFile(temporary.resolve("events.out.tfevents.1700000000.host"));
    writeRun(2);
    assertThat(Events.files(temporary)).containsExactly(unrelated);
    assertThat(EventFile.names(temporary.resolve("previous-1"))).hasSize(1);
  }

  private RunDirectory writeRun(int steps) throws IOException {
    RunDirectory run = RunDirectory.create(temporary, config(steps), VOCABULARY);
    run.writeHistory(List.of(HistoryRow.ofLab(0, 3.2f)));
    run.checkpoints().write(progress(steps), weights(steps));
    return run;
  }

  private static int steps(Path run) throws IOException {
    return new ObjectMapper()
        .readTree(run.resolve("config.json").toFile())
        .at("/training/steps")
        .asInt();
  }

  @Test
  void historyRoundTrips() throws IOException {
    RunDirectory run = RunDirectory.create(temporary, config(3), VOCABULARY);
    assertThat(run.readHistory()).isEmpty();
    run.writeHistory(List.of(HistoryRow.ofLab(0, 3.25f)));
    assertThat(temporary.resolve("history.csv")).hasContent("step,mean_loss_nats\n0,3.25\n");
    assertThat(run.readHistory()).containsExactly(HistoryRow.ofLab(0, 3.25f));
  }

  @Test
  void runRoundTrips() throws IOException {
    RunConfig config = config(3);
    RunDirectory.create(temporary, config, VOCABULARY);
    RunDirectory opened = RunDirectory.open(temporary);
    assertThat(opened.config()).isEqualTo(config);
    assertThat(opened.vocabulary().tokens()).isEqualTo(VOCABULARY.tokens());
  }

  @Test
  void checkpointOfStepHasItsWeights() throws IOException {
    RunDirectory run = RunDirectory.create(temporary, config(3), VOCABULARY);
    run.checkpoints().write(progress(3), weights(42));
    Path prefix = temporary.resolve("checkpoints").resolve("step-3").resolve("model");
    assertThat(Checkpoint.read(prefix, List.of("x")).get(0).values()).containsExactly(42);
  }

  private static List<VariableValue> weights(float value) {
    return List.of(new VariableValue("x", Shape.scalar(), new float[] {value}));
  }

  @Test
  void fileInPlaceOfDirectoryIsRejected() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "unrelated");
    for (Path path : List.of(file, file.resolve("run"), file.resolve("runs").resolve("lab"))) {
      assertThatThrownBy(() -> RunDirectory.create(path, config(1), VOCABULARY))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "cannot create the directory %s: %s is a file; choose another directory", path, file);
    }
    assertThat(file).hasContent("unrelated");
  }

  /** Its vocabulary has whole clauses, which new models split. */
  @Test
  void runOfEarlyVersionSplitsTextByEarlyRules() throws IOException {
    Tokenization early = new Tokenization(Level.WORD, WordRules.SPACES);
    List<String> tokens = List.of("我在家", "。", "<unk>");
    RunConfig config =
        new RunConfig(
            "0.1",
            RunKind.TRAIN,
            ModelConfig.lab(tokens.size(), 26, 2),
            new TextConfig(Level.WORD, true, List.of(), "UTF-8", "report", 180, "abcdef"),
            TrainingConfig.lab(new BatchShape(170, 10), 1, 0.1f, 500, 7),
            ComputeKernel.fused(3),
            Slicing.NONE,
            null);
    Path path = temporary.resolve("early");
    RunDirectory.create(path, config, Vocabulary.of(early, tokens, true));
    assertThat(path.resolve("config.json")).content().doesNotContain("word_rules");
    assertThat(RunDirectory.open(path).vocabulary().encode("我在家。我")).containsExactly(0, 1, 2);
  }

  private static RunConfig config(int steps) {
    return new RunConfig(
        "0.1",
        RunKind.LAB,
        ModelConfig.lab(VOCABULARY.size(), 26, 2),
        new TextConfig(Level.CHARACTER, false, List.of(), "UTF-8", "report", 180, "abcdef"),
        TrainingConfig.lab(new BatchShape(170, 10), steps, 0.1f, 500, 7),
        ComputeKernel.fused(3),
        Slicing.NONE,
        null);
  }

  private static TrainingProgress progress(long steps) {
    return new TrainingProgress(steps, 0, null, 0);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
