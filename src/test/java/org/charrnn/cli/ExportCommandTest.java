package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.savedmodel.SavedModelBuilder;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final Path FORMATS = Path.of("src/test/resources/saved_model");

  /** One model in each format of charrnn's SavedModels, the oldest first. */
  private static final List<Path> ALL_FORMATS =
      List.of(FORMATS.resolve("tf1"), FORMATS.resolve("tf2"), FORMATS.resolve("tf2-batches"));

  private static final String CATS = "the cat sat on the mat, é 🐈\n".repeat(30);

  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(4));
    run = directory.resolve("run");
    String command =
        "train --data %s --run %s --hidden 8 --batch-size 4 --sequence-length 10 --steps 6"
            + " --save-every 3 --validation 0";
    Run.of(List.of(command.formatted(text, run).split(" ", -1))).assertDone();
  }

  private static Run export(Path model, Path to) {
    return Run.of("export", model, to);
  }

  private static List<Path> files(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).map(path::relativize).sorted().toList();
    }
  }

  private static void assertSameFiles(Path one, Path other) throws IOException {
    assertThat(files(other)).isEqualTo(files(one)).hasSize(6);
    for (Path file : files(one)) {
      assertThat(other.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  @Test
  void exportsOfSameCheckpointAreEqual() throws IOException {
    Path first = directory.resolve("models/x/1");
    assertThat(export(run, first).exitCode()).isZero();
    assertThat(export(run.resolve("checkpoints/step-6"), directory.resolve("again")).exitCode())
        .isZero();
    assertSameFiles(first, directory.resolve("again"));
    assertSameFiles(first, run.resolve("saved_model"));
    assertThat(export(first, directory.resolve("copy")).exitCode()).isZero();
    assertSameFiles(first, directory.resolve("copy"));
  }

  @Test
  void exportReplacesEarlierSavedModel() throws IOException {
    Path to = directory.resolve("replaced");
    assertThat(export(run.resolve("checkpoints/step-3"), to).exitCode()).isZero();
    byte[] graph = Files.readAllBytes(to.resolve("saved_model.pb"));
    byte[] weights = Files.readAllBytes(to.resolve("variables/variables.data-00000-of-00001"));
    Run again = export(run.resolve("checkpoints/step-6"), to);
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).containsExactly("charrnn: saved " + to);
    assertThat(again.out()).isEmpty();
    assertThat(to.resolve("saved_model.pb")).hasBinaryContent(graph);
    assertThat(Files.readAllBytes(to.resolve("variables/variables.data-00000-of-00001")))
        .isNotEqualTo(weights);
    assertThat(files(to)).hasSize(6);
  }

  @Test
  void modelWhoseReplacementWasKilledIsReported() throws IOException {
    Path to = directory.resolve("killed/model");
    assertThat(export(run, to).exitCode()).isZero();
    Path old = Files.move(to, to.resolveSibling(".model.0-0-1f.old"));
    for (String command : List.of("sample", "inspect")) {
      Run rejected = Run.of(command, to);
      assertThat(rejected.exitCode()).isEqualTo(2);
      assertThat(rejected.err())
          .containsExactly(
              ("charrnn: there is no %s: a program was killed while replacing it; rename %s to %s, or"
                      + " write it again")
                  .formatted(to, old, to));
    }
    assertThat(Run.of("sample", old).exitCode()).isZero();
    assertThat(export(run, to).exitCode()).isZero();
    assertSameFiles(run.resolve("saved_model"), to);
    assertThat(to.getParent()).isDirectoryNotContaining(other -> !other.equals(to));
  }

  @Test
  void exportOverwritesOnlySavedModels() throws IOException {
    Path notes = Files.createDirectory(directory.resolve("notes"));
    Files.writeString(notes.resolve("notes.txt"), "mine");
    Path file = Files.writeString(directory.resolve("file"), "mine");
    for (Path taken : List.of(notes, file, run)) {
      Run rejected = export(run, taken);
      assertThat(rejected.exitCode()).isEqualTo(2);
      assertThat(rejected.err())
          .containsExactly(
              "charrnn: " + taken + " exists and is not a SavedModel; choose another directory");
    }
    assertThat(notes.resolve("notes.txt")).hasContent("mine");
    assertThat(file).hasContent("mine");
    assertThat(export(run, Files.createDirectory(directory.resolve("empty"))).exitCode()).isZero();
    assertThat(export(directory.resolve("none"), directory.resolve("to")).exitCode()).isEqualTo(2);
    assertThat(directory.resolve("to")).doesNotExist();
  }

  @Test
  void exportKeepsOtherFilesInSavedModel() throws IOException {
    Path model = directory.resolve("annotated");
    assertThat(export(run, model).exitCode()).isZero();
    for (String file : List.of("notes.txt", "assets/notes.txt", "variables/notes.txt")) {
      Path notes = Files.writeString(model.resolve(file), "mine");
      Run rejected = export(run, model);
      assertThat(rejected.exitCode()).isEqualTo(2);
      assertThat(rejected.err())
          .containsExactly(
              "charrnn: %s contains %s, which would be lost; choose another directory"
                  .formatted(model, Path.of(file)));
      Files.delete(notes);
    }
    Files.write(model.resolve("fingerprint.pb"), new byte[1]); // Python adds it
    assertThat(export(run, model).exitCode()).isZero();
    assertThat(files(model)).hasSize(6);
  }

  @Test
  void exportKeepsSavedModelsOfOtherPrograms() throws IOException {
    Path others = directory.resolve("others");
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      model.write(others);
    }
    Run rejected = export(run, others);
    assertThat(rejected.exitCode()).isEqualTo(2);
    assertThat(rejected.err())
        .containsExactly(
            "charrnn: %s is a SavedModel of another program, or damaged; choose another directory"
                .formatted(others));
    assertThat(Run.of("sample", others).exitCode()).isEqualTo(2);
  }

  @Test
  void exportConvertsModelsOfEarlierFormats() throws IOException {
    Path text = Files.writeString(directory.resolve("cats.txt"), CATS);
    Path exported = directory.resolve("cats");
    assertThat(export(ALL_FORMATS.get(0), exported).exitCode()).isZero();
    List<Path> models = new ArrayList<>(ALL_FORMATS);
    models.add(exported);
    for (Path model : models) { // these results were printed when the model was made
      Run sample = Run.of("sample", model, "--greedy", "--prime", "the cat", "--length", "40");
      assertThat(sample.out())
          .containsExactly("the cat on the mat, é 🐈", "the mat, é 🐈", "the mat, é");
      Run evaluated = Run.of("evaluate", model, text);
      assertThat(evaluated.out()).contains("mean loss: 0.4966 nats");
      assertThat(Run.of("inspect", model).exitCode()).isZero();
    }
    assertThat(Run.of("inspect", exported).out())
        .anyMatch(row -> row.contains("generate input prime"));
  }

  @Test
  void initFromAcceptsExportedModel() throws IOException {
    Path exported = directory.resolve("start");
    assertThat(export(run, exported).exitCode()).isZero();
    Path text = directory.resolve("text.txt");
    Path more = directory.resolve("more");
    String command =
        "train --data %s --run %s --init-from %s --steps 1 --batch-size 4 --sequence-length 10"
            + " --validation 0 --learning-rate 0.000001";
    Run.of(List.of(command.formatted(text, more, exported).split(" ", -1))).assertDone();
    String prime = Files.readString(text, UTF_8).substring(0, 9);
    Run before = Run.of("sample", run, "--greedy", "--prime", prime);
    Run after = Run.of("sample", more, "--greedy", "--prime", prime);
    assertThat(after.out()).isEqualTo(before.out()); // one tiny step changes no prediction
  }
}
