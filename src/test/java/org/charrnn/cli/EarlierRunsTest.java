package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that commit 569d53a saved still open, evaluate to the same digits, sample the same text and
 * resume. Beside each run is what that commit printed for it after 60 steps, and after 30 more.
 */
class EarlierRunsTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  @TempDir Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
  }

  /** The resumed run changes, so it is a copy. */
  private Path copy(String name) throws IOException {
    Path run = directory.resolve(name);
    PathUtils.copyDirectory(RUNS.resolve(name), run);
    return run;
  }

  private static List<String> expected(String name, String file) throws IOException {
    return Files.readAllLines(RUNS.resolve(name + ".expected").resolve(file));
  }

  private void assertPrints(Path model, String name, String at) throws IOException {
    Run evaluated = Run.of("evaluate", model.toString(), text.toString());
    assertThat(evaluated.out())
        .as("%s", evaluated.err())
        .isEqualTo(expected(name, at + "/evaluate.txt"));
    Run sampled =
        Run.of(
            "sample",
            model.toString(),
            "--prime=the ",
            "--length=80",
            "--seed=7",
            "--temperature=0.8");
    assertThat(sampled.out()).as("%s", sampled.err()).isEqualTo(expected(name, at + "/sample.txt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lab", "char", "dropout", "word", "sliced", "local-steps"})
  void anEarlierRunEvaluatesAndSamplesAsBefore(String name) throws IOException {
    assertPrints(RUNS.resolve(name), name, "at-60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lab", "char", "word"})
  void anEarlierSavedModelEvaluatesAndSamplesAsBefore(String name) throws IOException {
    assertPrints(RUNS.resolve(name).resolve("saved_model"), name, "at-60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"char", "word", "sliced", "local-steps"})
  void anEarlierRunResumesAsBefore(String name) throws IOException {
    Path run = copy(name);
    Run resumed =
        Run.of("train", "--resume", run.toString(), "--data", text.toString(), "--steps", "90");
    assertThat(resumed.exitCode()).as("%s", resumed.err()).isZero();
    assertSameHistory(run, name);
    assertPrints(run, name, "at-90");
  }

  /** Its masks are others since then: neighbouring seeds shared some. */
  @Test
  void anEarlierRunWithDropoutResumes() throws IOException {
    Path run = copy("dropout");
    Run resumed =
        Run.of("train", "--resume", run.toString(), "--data", text.toString(), "--steps", "90");
    assertThat(resumed.exitCode()).as("%s", resumed.err()).isZero();
    assertThat(history(run.resolve("history.csv"))).hasSize(3 + 1);
  }

  private static List<String[]> history(Path file) throws IOException {
    List<String[]> rows = new ArrayList<>();
    Files.readAllLines(file).forEach(line -> rows.add(line.split(",", -1)));
    return rows;
  }

  /** All but the speed; the losses to the rounding of another processor's products. */
  private static void assertSameHistory(Path run, String name) throws IOException {
    List<String[]> rows = history(run.resolve("history.csv"));
    List<String[]> before = history(RUNS.resolve(name + ".expected/at-90/history.csv"));
    assertThat(rows).hasSameSizeAs(before);
    assertThat(rows.get(0)).isEqualTo(before.get(0));
    int speed = Arrays.asList(before.get(0)).indexOf("tokens_per_second");
    for (int row = 1; row < rows.size(); row++) {
      for (int column = 0; column < before.get(row).length; column++) {
        if (column != speed) {
          assertThat(Double.parseDouble(rows.get(row)[column]))
              .as("%s, row %d", before.get(0)[column], row)
              .isCloseTo(Double.parseDouble(before.get(row)[column]), within(1e-5));
        }
      }
    }
  }
}
