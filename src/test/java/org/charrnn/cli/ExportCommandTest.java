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
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final Path FORMS = Path.of("src/test/resources/saved_model");

  /** One model in the form of our first exports, and in each one after. */
  private static final List<Path> FROM_FIRST_TO_LAST =
      List.of(FORMS.resolve("tf1"), FORMS.resolve("tf2"), FORMS.resolve("tf2-batches"));

  private static final String CATS = "the cat sat on the mat, é 🐈\n".repeat(30);

  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(4));
    run = directory.resolve("run");
    Run trained =
        Run.of(
            ("train --data %s --run %s --hidden 8 --batch-size 4 --sequence-length 10 --steps 6"
                    + " --save-every 3 --validation 0")
                .formatted(text, run)
                .split(" ", -1));
    assertThat(trained.exitCode()).as("%s", trained.err()).isZero();
  }

  private static Run export(Path model, Path to) {
    return Run.of("export", model.toString(), to.toString());
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
  void exportsOfOneCheckpointAreTheSameBytes() throws IOException {
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
  void anEarlierSavedModelIsReplaced() throws IOException {
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
  void aModelWhoseReplacementWasKilledIsTold() throws IOException {
    Path to = directory.resolve("killed/model");
    assertThat(export(run, to).exitCode()).isZero();
    Path old = Files.move(to, to.resolveSibling(".model.0-0-1f.old"));
    for (String command : List.of("sample", "inspect")) {
      Run refused = Run.of(command, to.toString());
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .containsExactly(
              ("charrnn: there is no %s: a program was killed when it replaced it; what was there"
                      + " is in %s: rename that, or write it again")
                  .formatted(to, old));
    }
    assertThat(Run.of("sample", old.toString()).exitCode()).isZero();
    assertThat(export(run, to).exitCode()).isZero();
    assertSameFiles(run.resolve("saved_model"), to);
    assertThat(to.getParent()).isDirectoryNotContaining(other -> !other.equals(to));
  }

  @Test
  void whatIsNoSavedModelIsNotOverwritten() throws IOException {
    Path notes = Files.createDirectory(directory.resolve("notes"));
    Files.writeString(notes.resolve("notes.txt"), "mine");
    Path file = Files.writeString(directory.resolve("file"), "mine");
    for (Path taken : List.of(notes, file, run)) {
      Run refused = export(run, taken);
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .containsExactly(
              "charrnn: " + taken + " is there and is no SavedModel; give another place");
    }
    assertThat(notes.resolve("notes.txt")).hasContent("mine");
    assertThat(file).hasContent("mine");
    assertThat(export(run, Files.createDirectory(directory.resolve("empty"))).exitCode()).isZero();
    assertThat(export(directory.resolve("none"), directory.resolve("to")).exitCode()).isEqualTo(2);
    assertThat(directory.resolve("to")).doesNotExist();
  }

  @Test
  void whatLiesInASavedModelIsNotLost() throws IOException {
    Path model = directory.resolve("annotated");
    assertThat(export(run, model).exitCode()).isZero();
    for (String file : List.of("notes.txt", "assets/notes.txt", "variables/notes.txt")) {
      Path notes = Files.writeString(model.resolve(file), "mine");
      Run refused = export(run, model);
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .containsExactly(
              "charrnn: %s holds %s, which would be lost; give another place"
                  .formatted(model, Path.of(file)));
      Files.delete(notes);
    }
    Files.write(model.resolve("fingerprint.pb"), new byte[1]); // which Python adds
    assertThat(export(run, model).exitCode()).isZero();
    assertThat(files(model)).hasSize(6);
  }

  @Test
  void aSavedModelOfOthersIsNotOverwritten() throws IOException {
    Path others = directory.resolve("others");
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      model.write(others);
    }
    Run refused = export(run, others);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .containsExactly(
            "charrnn: " + others + " is a SavedModel that is not of charrnn; give another place");
    assertThat(Run.of("sample", others.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void modelsOfEarlierFormsOpenAndAreBroughtUpToDate() throws IOException {
    Path text = Files.writeString(directory.resolve("cats.txt"), CATS);
    Path exported = directory.resolve("cats");
    assertThat(export(FROM_FIRST_TO_LAST.get(0), exported).exitCode()).isZero();
    List<Path> models = new ArrayList<>(FROM_FIRST_TO_LAST);
    models.add(exported);
    for (Path model : models) { // what was said of it then
      Run sample =
          Run.of("sample", model.toString(), "--greedy", "--prime", "the cat", "--length", "40");
      assertThat(sample.out())
          .containsExactly("the cat on the mat, é 🐈", "the mat, é 🐈", "the mat, é");
      Run evaluated = Run.of("evaluate", model.toString(), text.toString());
      assertThat(evaluated.out()).contains("mean loss: 0.4966 nats");
      assertThat(Run.of("inspect", model.toString()).exitCode()).isZero();
    }
    assertThat(Run.of("inspect", exported.toString()).out())
        .anyMatch(row -> row.contains("generate input prime"));
  }

  @Test
  void trainingStartsFromAnExportedModel() throws IOException {
    Path exported = directory.resolve("start");
    assertThat(export(run, exported).exitCode()).isZero();
    Run trained =
        Run.of(
            ("train --data %s --run %s --init-from %s --steps 1 --batch-size 4 --sequence-length"
                    + " 10 --validation 0 --learning-rate 0.000001")
                .formatted(directory.resolve("text.txt"), directory.resolve("more"), exported)
                .split(" ", -1));
    assertThat(trained.exitCode()).as("%s", trained.err()).isZero();
    String text = Files.readString(directory.resolve("text.txt"), UTF_8);
    Run before = Run.of("sample", run.toString(), "--greedy", "--prime", text.substring(0, 9));
    Run after =
        Run.of(
            "sample",
            directory.resolve("more").toString(),
            "--greedy",
            "--prime",
            text.substring(0, 9));
    assertThat(after.out()).isEqualTo(before.out()); // one tiny step changes nothing to see
  }
}
