package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.InputException;
import org.charrnn.model.export.Signature;
import org.charrnn.testing.ExampleModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Files with arbitrary bytes either are valid or lead to an error that names them. */
class RunFilesFuzzTest {
  @TempDir private static Path run;

  private static RunConfig config;

  @BeforeAll
  static void create() throws IOException {
    config = ExampleModel.LAB.createRun(run).config();
  }

  private interface Reader {
    void read() throws IOException;
  }

  private static void assertReadOrNamed(String file, Reader reader) throws IOException {
    try {
      reader.read();
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(file);
    }
  }

  /** A valid configuration describes a network. */
  @FuzzTest(maxDuration = "20s")
  void config(byte[] json) throws IOException {
    Path file = Files.write(run.resolve("config.json"), json);
    assertReadOrNamed(
        "config.json",
        () -> {
          RunConfig read = RunConfigJson.parse(json, file);
          Checksums.verifyOwn(json, file);
          assertThat(read.model().weightShapes()).isNotEmpty();
        });
  }

  @FuzzTest(maxDuration = "20s")
  void vocabulary(byte[] json) throws IOException {
    assertReadOrNamed(
        "vocabulary.json",
        () ->
            assertThat(RunDirectory.readVocabulary(json, config, Path.of("vocabulary.json")).size())
                .isEqualTo(config.model().classes()));
  }

  @FuzzTest(maxDuration = "20s")
  void progress(byte[] json) throws IOException {
    Path checkpoint = Files.createDirectories(run.resolve("checkpoints/step-7"));
    Files.write(checkpoint.resolve("progress.json"), json);
    assertReadOrNamed(
        "progress.json", () -> assertThat(RunCheckpoints.progress(checkpoint)).isNotNull());
  }

  @FuzzTest(maxDuration = "20s")
  void pointer(byte[] content) throws IOException {
    Path checkpoints = run.resolve("checkpoints");
    Files.createDirectories(checkpoints.resolve("step-7")); // without files
    Files.write(checkpoints.resolve("best"), content);
    assertReadOrNamed(
        "checkpoints",
        () ->
            assertThat(new RunCheckpoints(checkpoints).best().getParent()).isEqualTo(checkpoints));
  }

  @FuzzTest(maxDuration = "20s")
  void history(byte[] csv) throws IOException {
    Path file = Files.write(run.resolve("history.csv"), csv);
    assertReadOrNamed("history.csv", () -> assertThat(HistoryFile.read(file)).isNotNull());
  }

  @FuzzTest(maxDuration = "20s")
  void signatures(byte[] graph) throws IOException {
    Path model = Files.createDirectories(run.resolve("saved_model"));
    Files.write(model.resolve("saved_model.pb"), graph);
    assertReadOrNamed(
        "saved_model.pb", () -> assertThat(Signature.read(model)).isInstanceOf(List.class));
  }
}
