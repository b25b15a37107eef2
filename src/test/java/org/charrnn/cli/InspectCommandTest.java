package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {
  private static final String CELL_0 = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell";
  private static final String CELL_1 = "rnn/multi_rnn_cell/cell_1/basic_lstm_cell";

  @TempDir Path directory;

  private record Run(int exitCode, List<String> out, List<String> err) {
    /** The value in the row of a name, of which there is one. */
    String value(String name) {
      List<String> rows = out.stream().filter(row -> row.startsWith("  " + name + "  ")).toList();
      assertThat(rows).as("rows of %s in %s", name, out).hasSize(1);
      return rows.get(0).substring(name.length() + 2).strip();
    }

    /** The rows under a title, each with single spaces. */
    List<String> rows(String title) {
      return out.stream()
          .dropWhile(row -> !row.equals(title))
          .skip(1)
          .takeWhile(row -> row.startsWith("  "))
          .map(row -> row.strip().replaceAll(" +", " "))
          .toList();
    }
  }

  private static Run run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CharRnn.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int exitCode = commandLine.execute(words);
    return new Run(exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }

  private Path lab() {
    Path run = directory.resolve("lab");
    assertThat(run("train", "--run", run, "--steps", 3, "--listing", "none").exitCode).isZero();
    return run;
  }

  @Test
  void theLabIsToldByItsNumbers() {
    Run told = run("inspect", lab());
    assertThat(told.exitCode).isZero();
    assertThat(told.value("cell")).isEqualTo("lstm");
    assertThat(told.value("layers")).isEqualTo("2");
    assertThat(told.value("hidden size")).isEqualTo("25");
    assertThat(told.value("input")).isEqualTo("one-hot, 25");
    int parameters = 2 * (25 + 25 + 1) * 4 * 25 + (25 + 1) * 25;
    assertThat(told.value("parameters").replace(",", "")).isEqualTo("" + parameters);
    StringBuilder characters = new StringBuilder();
    LabConfig.SENTENCE.chars().sorted().distinct().forEach(characters::appendCodePoint);
    assertThat(told.out)
        .anyMatch(row -> row.startsWith("  tokens ") && row.endsWith("  " + characters));
    assertThat(told.value("step")).isEqualTo("3");
    assertThat(told.value("learning rate")).isEqualTo("0.1");
    assertThat(told.value("clip")).isEqualTo("none");
    assertThat(told.value("kernel")).isEqualTo("ops, float32");
    assertThat(told.out).noneMatch(row -> row.contains("best validation"));
  }

  @Test
  void aSavedModelHasTheWeightsAloneAndItsSignature() {
    Run told = run("inspect", lab().resolve("saved_model"));
    assertThat(told.rows("variables"))
        .containsExactlyInAnyOrder(
            CELL_0 + "/kernel [50, 100]",
            CELL_0 + "/bias [100]",
            CELL_1 + "/kernel [50, 100]",
            CELL_1 + "/bias [100]",
            "softmax_w [25, 25]",
            "softmax_b [25]");
    assertThat(told.rows("signatures"))
        .contains(
            "generate input prime string of any shape",
            "generate input length int32 []",
            "generate output text string of any shape",
            "serving_default input X int32 [?, ?]",
            "serving_default output outputs float [?, ?, 25]",
            "step input ids int32 [?]",
            "step output state_3 float [?, 25]")
        .allMatch(row -> row.matches("(generate|serving_default|step) .*"));
    assertThat(told.rows("training")).noneMatch(row -> row.startsWith("step "));
  }

  @Test
  void aCheckpointHasTheOptimizersVariablesToo() {
    Run told = run("inspect", lab().resolve("checkpoints/step-3"));
    assertThat(told.rows("variables"))
        .hasSizeGreaterThanOrEqualTo(3 * 6 + 2) // two moments a weight, two powers
        .contains(
            CELL_1 + "/kernel [50, 100]",
            CELL_1 + "/kernel/Adam [50, 100]",
            CELL_1 + "/kernel/Adam_1 [50, 100]",
            "beta1_power []");
    assertThat(told.rows("signatures")).isEmpty();
  }

  @Test
  void wordsAndInvisibleCharactersAreOnOneLine() throws IOException {
    Path text =
        Files.writeString(directory.resolve("t.txt"), "one\ttwo \\ one\n\u200btwo\n".repeat(40));
    Path run = directory.resolve("words");
    Run trained =
        run(
            "train",
            "--run",
            run,
            "--data",
            text,
            "--level",
            "word",
            "--cell",
            "gru",
            "--hidden",
            6,
            "--embedding",
            4,
            "--layers",
            1,
            "--batch-size",
            2,
            "--sequence-length",
            5,
            "--validation",
            0.2,
            "--steps",
            4,
            "--save-every",
            2,
            "--vocabulary-size",
            50);
    assertThat(trained.exitCode).as("%s", trained.err).isZero();

    Run told = run("inspect", run);
    assertThat(told.value("cell")).isEqualTo("gru");
    assertThat(told.value("input")).isEqualTo("embedding, 4");
    assertThat(told.value("level")).isEqualTo("word");
    assertThat(told.value("unknown token")).isEqualTo("<unk>");
    assertThat(told.value("tokens"))
        .contains("'\\t'", "'\\n'", "' \\\\'", "' one'", "'two'", "\\u200b");
    assertThat(told.value("clip")).isEqualTo("5.0");
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    String best =
        history.stream()
            .skip(1)
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .min(Comparator.comparingDouble(Double::parseDouble))
            .orElseThrow();
    // The history has six digits, this has four.
    assertThat(Double.parseDouble(told.value("best validation").replaceAll(" .*", "")))
        .isCloseTo(Double.parseDouble(best), within(1e-4));
  }

  @Test
  void whatIsNoModelIsToldInOneLine() throws IOException {
    assertRefused(run("inspect", directory.resolve("nothing")), 2, "there is no ");
    assertRefused(run("inspect", directory), 2, "neither a run, nor a checkpoint");
    Path savedModel = lab().resolve("saved_model");
    Files.delete(savedModel.resolve("variables/variables.index"));
    assertRefused(run("inspect", savedModel), 2, "variables.index");
    Files.write(savedModel.resolve("saved_model.pb"), new byte[] {1, 2, 3});
    assertRefused(run("inspect", savedModel), 2, "saved_model.pb is damaged");
  }

  private static void assertRefused(Run run, int exitCode, String message) {
    assertThat(run.exitCode).isEqualTo(exitCode);
    assertThat(run.out).isEmpty();
    assertThat(run.err).singleElement().asString().startsWith("charrnn: ").contains(message);
  }
}
