package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final String CELL_0 = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell";
  private static final String CELL_1 = "rnn/multi_rnn_cell/cell_1/basic_lstm_cell";

  @TempDir Path directory;

  /** The output of {@code inspect}. */
  private record Output(List<String> out) {
    /** Returns the value in the only row with a name. */
    String value(String name) {
      List<String> rows = out.stream().filter(row -> row.startsWith("  " + name + "  ")).toList();
      assertThat(rows).as("rows of %s in %s", name, out).hasSize(1);
      return rows.get(0).substring(name.length() + 2).strip();
    }

    /** Returns the rows under a title, with single spaces. */
    List<String> rows(String title) {
      return out.stream()
          .dropWhile(row -> !row.equals(title))
          .skip(1)
          .takeWhile(row -> row.startsWith("  "))
          .map(row -> row.strip().replaceAll(" +", " "))
          .toList();
    }
  }

  private static Output inspect(Path model) {
    return new Output(Run.of("inspect", model).assertDone().out());
  }

  private Path lab() {
    Path run = directory.resolve("lab");
    Run.of("lab", "--run", run, "--steps", 3, "--listing", "none").assertDone();
    return run;
  }

  @Test
  void labRunHasItsSettings() {
    Output output = inspect(lab());
    assertThat(output.value("cell")).isEqualTo("lstm");
    assertThat(output.value("layers")).isEqualTo("2");
    assertThat(output.value("hidden size")).isEqualTo("25");
    assertThat(output.value("input")).isEqualTo("one-hot, 25");
    int parameters = 2 * (25 + 25 + 1) * 4 * 25 + (25 + 1) * 25;
    assertThat(output.value("parameters").replace(",", "")).isEqualTo("" + parameters);
    StringBuilder characters = new StringBuilder();
    LabText.SENTENCE.chars().sorted().distinct().forEach(characters::appendCodePoint);
    assertThat(output.out)
        .anyMatch(row -> row.startsWith("  tokens ") && row.endsWith("  " + characters));
    assertThat(output.value("step")).isEqualTo("3");
    assertThat(output.value("learning rate")).isEqualTo("0.1");
    assertThat(output.value("clip")).isEqualTo("none");
    assertThat(output.value("kernel")).isEqualTo("ops, float32");
    assertThat(output.out).noneMatch(row -> row.contains("best validation"));
  }

  @Test
  void savedModelHasWeightsAndSignatures() {
    Output output = inspect(lab().resolve("saved_model"));
    assertThat(output.rows("variables"))
        .containsExactlyInAnyOrder(
            CELL_0 + "/kernel [50, 100]",
            CELL_0 + "/bias [100]",
            CELL_1 + "/kernel [50, 100]",
            CELL_1 + "/bias [100]",
            "softmax_w [25, 25]",
            "softmax_b [25]");
    assertThat(output.rows("signatures"))
        .contains(
            "generate input prime string of any shape",
            "generate input length int32 []",
            "generate output text string of any shape",
            "serving_default input X int32 [?, ?]",
            "serving_default output outputs float [?, ?, 25]",
            "step input ids int32 [?]",
            "step output state_3 float [?, 25]")
        .allMatch(row -> row.matches("(generate|generate_until|serving_default|step) .*"));
    assertThat(output.rows("training")).noneMatch(row -> row.startsWith("step "));
  }

  @Test
  void checkpointHasOptimizerVariables() {
    Output output = inspect(lab().resolve("checkpoints/step-3"));
    assertThat(output.rows("variables"))
        .hasSizeGreaterThanOrEqualTo(3 * 6 + 2) // two moments of each weight, two powers of beta
        .contains(
            CELL_1 + "/kernel [50, 100]",
            CELL_1 + "/kernel/Adam [50, 100]",
            CELL_1 + "/kernel/Adam_1 [50, 100]",
            "beta1_power []");
    assertThat(output.rows("signatures")).isEmpty();
  }

  @Test
  void wordsAndInvisibleCharactersAreEscaped() throws IOException {
    Path text =
        Files.writeString(directory.resolve("t.txt"), "one\ttwo \\ one\n\u200btwo\n".repeat(40));
    Path run = directory.resolve("words");
    Run.of(
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
            50)
        .assertDone();

    Output output = inspect(run);
    assertThat(output.value("cell")).isEqualTo("gru");
    assertThat(output.value("input")).isEqualTo("embedding, 4");
    assertThat(output.value("level")).isEqualTo("word");
    assertThat(output.value("unknown token")).isEqualTo("<unk>");
    assertThat(output.value("tokens"))
        .contains("'\\t'", "'\\n'", "' \\\\'", "' one'", "'two'", "\\u200b");
    assertThat(output.value("clip")).isEqualTo("5.0");
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    String best =
        history.stream()
            .skip(1)
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .min(Comparator.comparingDouble(Double::parseDouble))
            .orElseThrow();
    // The history has six decimals, this has four.
    assertThat(Double.parseDouble(output.value("best validation").replaceAll(" .*", "")))
        .isCloseTo(Double.parseDouble(best), within(1e-4));
  }

  @Test
  void missingOrDamagedModelIsRejected() throws IOException {
    Run.of("inspect", directory.resolve("nothing")).assertRejected("there is no ");
    Run.of("inspect", directory).assertRejected("neither a run, nor a checkpoint");
    Path savedModel = lab().resolve("saved_model");
    Files.delete(savedModel.resolve("variables/variables.index"));
    Run.of("inspect", savedModel).assertRejected("variables.index");
    Files.write(savedModel.resolve("saved_model.pb"), new byte[] {1, 2, 3});
    Run.of("inspect", savedModel).assertRejected("saved_model.pb is damaged");
  }
}
