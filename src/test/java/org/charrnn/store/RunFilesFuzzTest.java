package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.InputException;
import org.charrnn.model.InferenceModel;
import org.charrnn.model.Signature;
import org.charrnn.testing.ExampleModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes in the place of a file: it is what it should be, or it is named in one line. */
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

  private static void requireReadOrNamed(String file, Reader reader) throws IOException {
    try {
      reader.read();
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(file);
    }
  }

  /** A config that is taken is one that a network can be planned by. */
  @FuzzTest(maxDuration = "20s")
  void config(byte[] json) throws IOException {
    Path file = Files.write(run.resolve("config.json"), json);
    requireReadOrNamed(
        "config.json",
        () -> {
          RunConfig read = RunConfig.parse(json, file);
          Checksums.require(json, file);
          assertThat(InferenceModel.weightShapes(read.model())).isNotEmpty();
        });
  }

  @FuzzTest(maxDuration = "20s")
  void vocabulary(byte[] json) throws IOException {
    requireReadOrNamed(
        "vocabulary.json",
        () ->
            assertThat(RunDirectory.readVocabulary(json, config, Path.of("vocabulary.json")).size())
                .isEqualTo(config.model().classes()));
  }

  @FuzzTest(maxDuration = "20s")
  void progress(byte[] json) throws IOException {
    Path checkpoint = Files.createDirectories(run.resolve("checkpoints/step-7"));
    Files.write(checkpoint.resolve("progress.json"), json);
    requireReadOrNamed(
        "progress.json", () -> assertThat(RunCheckpoints.progress(checkpoint)).isNotNull());
  }

  @FuzzTest(maxDuration = "20s")
  void pointer(byte[] content) throws IOException {
    Path checkpoints = run.resolve("checkpoints");
    Files.createDirectories(checkpoints.resolve("step-7")); // tells nothing
    Files.write(checkpoints.resolve("best"), content);
    requireReadOrNamed(
        "checkpoints",
        () ->
            assertThat(new RunCheckpoints(checkpoints).best().getParent()).isEqualTo(checkpoints));
  }

  @FuzzTest(maxDuration = "20s")
  void history(byte[] csv) throws IOException {
    Path file = Files.write(run.resolve("history.csv"), csv);
    requireReadOrNamed("history.csv", () -> assertThat(HistoryFile.read(file)).isNotNull());
  }

  @FuzzTest(maxDuration = "20s")
  void signatures(byte[] graph) throws IOException {
    Path model = Files.createDirectories(run.resolve("saved_model"));
    Files.write(model.resolve("saved_model.pb"), graph);
    requireReadOrNamed(
        "saved_model.pb", () -> assertThat(Signature.read(model)).isInstanceOf(List.class));
  }
}
