package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run finds its text again; a model that is given away has no paths. */
class TextPathsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path project;
  private Path run;

  @BeforeEach
  void createProject() throws IOException {
    directory = directory.toRealPath();
    project = Files.createDirectory(directory.resolve("secret-project"));
    run = project.resolve("runs/a");
    Files.createDirectory(project.resolve("secret-data"));
    for (String name : List.of("secret-1.txt", "secret-2.txt")) {
      Files.writeString(project.resolve("secret-data").resolve(name), LabText.SENTENCE.repeat(3));
    }
  }

  /** Trains on the project's texts, with paths relative to the working directory of the tests. */
  private void train(String... more) {
    Path data = Path.of("").toAbsolutePath().relativize(project.resolve("secret-data"));
    List<String> args = List.of("train", "--data=" + data, "--run=" + run, "--hidden=4");
    Run.of(plus(plus(args, "--steps=1", "--batch-size=2", "--sequence-length=5"), more))
        .assertDone();
  }

  @Test
  void movedTextIsFoundAgainAfterItWasGiven() throws IOException {
    train();
    Path moved = directory.resolve("moved");
    Files.move(project.resolve("secret-data"), moved);
    Run.of("train", "--resume", run, "--steps=2")
        .assertRejected("give the text of the run with --data");
    Run.of("train", "--resume", run, "--steps=2", "--data", moved).assertDone();
    Run.of("train", "--resume", run, "--steps=3").assertDone();
    assertThat(config().at("/text/files/0").asText()).startsWith(moved.toString());
    assertThat(config().at("/text/location/directory").asText())
        .isEqualTo(Path.of("").toAbsolutePath().toString());
  }

  private ObjectNode config() throws IOException {
    return (ObjectNode) JSON.readTree(run.resolve("config.json").toFile());
  }

  private void write(ObjectNode config) throws IOException {
    config.remove("sha256");
    Files.writeString(run.resolve("config.json"), config.toString());
  }

  /** Edits the configuration as if the run had been started in the project's directory. */
  private void startedInProject() throws IOException {
    ObjectNode config = config();
    ObjectNode text = (ObjectNode) config.get("text");
    text.putArray("files").add("secret-data/secret-1.txt").add("secret-data/secret-2.txt");
    ObjectNode location = (ObjectNode) text.get("location");
    assertThat(location.properties().stream().map(Map.Entry::getKey))
        .containsExactly("directory", "from_run");
    location.put("directory", project.toString()).put("from_run", "../..");
    write(config);
  }

  @Test
  void runResumesFromAnotherWorkingDirectory() throws IOException {
    train();
    startedInProject();
    Run.of("train", "--resume", run, "--steps=2").assertDone();
  }

  @Test
  void runResumesAfterItWasMovedWithItsText() throws IOException {
    train();
    startedInProject();
    Path moved = Files.move(project, directory.resolve("moved"));
    Run.of("train", "--resume", moved.resolve("runs/a"), "--steps=2").assertDone();
  }

  @Test
  void missingTextIsAskedFor() throws IOException {
    train();
    startedInProject();
    Path data = Files.move(project.resolve("secret-data"), directory.resolve("elsewhere"));
    Run.of("train", "--resume", run, "--steps=2")
        .assertRejected(
            "there is no file %s or secret-data/secret-1.txt; give the text of the run with --data"
                .formatted(project.resolve("secret-data/secret-1.txt")));
    Run.of("train", "--resume", run, "--steps=2", "--data", data).assertDone();
  }

  /** Of an earlier version. */
  @Test
  void runWithoutLocationLooksInTheWorkingDirectory() throws IOException {
    train();
    ObjectNode config = config();
    ((ObjectNode) config.get("text")).remove("location");
    write(config);
    Run.of("train", "--resume", run, "--steps=2").assertDone();
    ((ObjectNode) config.get("text")).putArray("files").add("secret-data/secret-1.txt");
    write(config);
    Run.of("train", "--resume", run, "--steps=3").assertRejected("there is no file secret-data");
  }

  @Test
  void labFindsItsTextFromAnotherWorkingDirectory() throws IOException {
    Path text = Files.writeString(project.resolve("lab.txt"), "a sentence to learn");
    Path here = Path.of("").toAbsolutePath().relativize(text);
    Run.of("lab", "--text=" + here, "--run=" + run, "--steps=1", "--listing=none").assertDone();
    ObjectNode config = config();
    ((ObjectNode) config.get("text")).putArray("files").add("lab.txt");
    ((ObjectNode) config.get("text").get("location"))
        .put("directory", project.toString())
        .put("from_run", "../..");
    write(config);
    Run.of("lab", "--resume", run, "--steps=2", "--listing=none").assertDone();
    Files.move(text, directory.resolve("other.txt"));
    Run.of("lab", "--resume", run, "--steps=3")
        .assertRejected("there is no file " + text, "give the text of the run with --text");
  }

  /** As after config.json was lost. */
  @Test
  void configOfSavedModelNeedsTheText() throws IOException {
    train();
    Files.copy(
        run.resolve("saved_model/assets/config.json"),
        run.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Run.of("train", "--resume", run, "--steps=2")
        .assertRejected(
            "the run does not have the names of its files; give the text of the run with --data");
    Path data = project.resolve("secret-data");
    Run.of("train", "--resume", run, "--steps=2", "--data", data).assertDone();
  }

  @Test
  void savedModelHasNoPaths() throws IOException {
    Path initial = project.resolve("secret-initial");
    Path first = run;
    run = initial;
    train();
    run = first;
    train("--init-from=" + initial);
    assertThat(Files.readString(run.resolve("config.json")))
        .contains("secret-project", "secret-data", "secret-1.txt", "secret-initial");
    Path exported = directory.resolve("exported");
    Run.of("export", run, exported).assertDone();
    for (Path model : List.of(run.resolve("saved_model"), exported)) {
      assertHasNoPaths(model);
    }
    TextConfig text = TrainedModel.open(exported).config().text();
    assertThat(text.fileCount()).isEqualTo(2);
    assertThat(text.sha256()).isEqualTo(RunDirectory.open(run).config().text().sha256());
    assertThat(Run.of("inspect", exported).assertDone().out())
        .anyMatch(line -> line.matches(" *files +2"));
    Run.of("sample", exported, "--length=3").assertDone();
    Path again = directory.resolve("again");
    Run.of("export", exported, again).assertDone();
    assertThat(TrainedModel.open(again).config()).isEqualTo(TrainedModel.open(exported).config());
  }

  private void assertHasNoPaths(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSizeGreaterThan(4);
      for (Path file : all) {
        assertThat(Files.readString(file, ISO_8859_1))
            .as("%s", file)
            .doesNotContain("secret", directory.getFileName().toString(), "/runs/");
      }
    }
  }

  /** A model that an earlier version exported has the names of its files. */
  @ParameterizedTest
  @ValueSource(strings = {"char", "word"})
  void earlierSavedModelIsExportedWithoutPaths(String name) throws IOException {
    Path earlier = Path.of("src/test/resources/runs", name, "saved_model");
    assertThat(TrainedModel.open(earlier).config().text().files()).containsExactly("text.txt");
    Path exported = directory.resolve("exported");
    Run.of("export", earlier, exported).assertDone();
    TextConfig text = TrainedModel.open(exported).config().text();
    assertThat(text.files()).isEmpty();
    assertThat(text.fileCount()).isEqualTo(1);
  }
}
