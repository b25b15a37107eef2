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
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs saved by commit 569d53a open, evaluate to the same digits, have the same most likely text
 * and resume. The files beside each run are what that commit printed after 60 steps and after 90,
 * and commit 0c6fa7d for the texts. Sampled texts of a seed have changed since.
 */
class EarlierRunsTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  @TempDir Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
  }

  /** Copies a run, because resuming changes it. */
  private Path copy(String name) throws IOException {
    Path run = directory.resolve(name);
    PathUtils.copyDirectory(RUNS.resolve(name), run);
    return run;
  }

  private static List<String> expected(String name, String file) throws IOException {
    return Files.readAllLines(RUNS.resolve(name + ".expected").resolve(file));
  }

  private void assertPrints(Path model, String name, String at) throws IOException {
    Run evaluated = Run.of("evaluate", model, text);
    assertThat(evaluated.out())
        .as("%s", evaluated.err())
        .isEqualTo(expected(name, at + "/evaluate.txt"));
    // Then, the word model did not know "the", only " the"; what it does not know still, is "The".
    String prime = name.equals("word") ? "The " : "the ";
    Run sampled = Run.of("sample", model, "--prime=" + prime, "--length=80", "--greedy");
    assertThat(sampled.out()).as("%s", sampled.err()).isEqualTo(expected(name, at + "/sample.txt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lab", "char", "dropout", "word", "sliced", "local-steps"})
  void earlierRunEvaluatesAndSamplesAsBefore(String name) throws IOException {
    assertPrints(RUNS.resolve(name), name, "at-60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lab", "char", "word"})
  void earlierSavedModelEvaluatesAndSamplesAsBefore(String name) throws IOException {
    assertPrints(RUNS.resolve(name).resolve("saved_model"), name, "at-60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"char", "word", "sliced", "local-steps"})
  void earlierRunResumesAsBefore(String name) throws IOException {
    Path run = copy(name);
    Run.of("train", "--resume", run, "--data", text, "--steps", "90").assertDone();
    assertSameHistory(run, name);
    assertPrints(run, name, "at-90");
  }

  @Test
  void earlierLabRunResumesAsBefore() throws IOException {
    Path run = copy("lab");
    Run resumed = Run.of("lab", "--resume", run, "--steps", "90").assertDone();
    assertSameHistory(run, "lab");
    assertPrints(run, "lab", "at-90");
    List<String> listing = expected("lab", "at-90/listing.txt");
    assertThat(withoutLosses(resumed.out()))
        .isEqualTo(
            withoutLosses(listing.stream().dropWhile(line -> !line.startsWith("60 0 ")).toList()));
  }

  /** The losses in the listing are those in the history. */
  private static List<String> withoutLosses(List<String> listing) {
    return listing.stream().map(line -> line.replaceFirst(" \\d\\.\\d{7}$", "")).toList();
  }

  @Test
  void resumeOfEarlierLabRunNamesLabCommand() {
    Run.of("train", "--resume", RUNS.resolve("lab"), "--steps", "90")
        .assertRejected("is a run of charrnn lab; resume it with charrnn lab --resume");
  }

  @Test
  void resumeOfEarlierTrainRunNamesTrainCommand() {
    Run.of("lab", "--resume", RUNS.resolve("char"), "--steps", "90")
        .assertRejected("is a run of charrnn train; resume it with charrnn train --resume");
  }

  /** The dropped values have changed since: neighbouring seeds shared some. */
  @Test
  void earlierRunWithDropoutResumes() throws IOException {
    Path run = copy("dropout");
    Run.of("train", "--resume", run, "--data", text, "--steps", "90").assertDone();
    assertThat(history(run.resolve("history.csv"))).hasSize(1 + 4);
  }

  private static List<String[]> history(Path file) throws IOException {
    List<String[]> rows = new ArrayList<>();
    Files.readAllLines(file).forEach(line -> rows.add(line.split(",", -1)));
    return rows;
  }

  /**
   * Compares all columns except the speed. The tolerance is for other processors, which round the
   * matrix products differently.
   */
  private static void assertSameHistory(Path run, String name) throws IOException {
    List<String[]> rows = history(run.resolve("history.csv"));
    List<String[]> before = history(RUNS.resolve(name + ".expected/at-90/history.csv"));
    assertThat(rows).hasSameSizeAs(before);
    assertThat(rows.get(0)).isEqualTo(before.get(0));
    int speed = Arrays.asList(before.get(0)).indexOf("tokens_per_second");
    for (int row = 1; row < rows.size(); row++) {
      for (int column = 0; column < before.get(row).length; column++) {
        if (column != speed) {
          assertSameNumber(
              rows.get(row)[column],
              before.get(row)[column],
              "%s, row %d".formatted(before.get(0)[column], row));
        }
      }
    }
  }

  /** A cell without a number is the loss of a validation that was not due. */
  private static void assertSameNumber(String actual, String expected, String description) {
    if (expected.isEmpty()) {
      assertThat(actual).as(description).isEmpty();
    } else {
      assertThat(Double.parseDouble(actual))
          .as(description)
          .isCloseTo(Double.parseDouble(expected), within(1e-5));
    }
  }
}
