package org.charrnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.testing.Python;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/compare_quality.py} and its transformer, in a Python with PyTorch. */
class QualityIT {
  private static final Path SCRIPT = Path.of("scripts/compare_quality.py");
  private static final Path CHECK = Path.of("src/test/python/check_transformer.py");
  private static final String LOSS = "\\d\\.\\d{4}";

  @TempDir private static Path directory;

  private static Python python;
  private static Path text;

  @BeforeAll
  static void writeText() throws IOException {
    python = Python.withTorch();
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(20));
  }

  /** The script's checks: causality, formulas, losses one character at a time, training. */
  @Test
  void transformerDoesWhatItSays() throws IOException {
    Python.Result result = python.run(CHECK, text);
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.out().lines())
        .hasSize(8)
        .allMatch(line -> line.startsWith("ok: transformer: "));
  }

  @Test
  void bothProgramsGetARowAndAPoint() throws IOException {
    Path output = directory.resolve("quality");
    Python.Result result =
        python.run(
            SCRIPT,
            text,
            "--minutes=0.05",
            "--charrnn-options=--steps 20 --hidden 8",
            "--output",
            output);
    assertThat(result.exitCode()).as("%s", result).isZero();
    String losses = (LOSS + " \\| ").repeat(3);
    List<String> table = result.out().lines().toList();
    assertThat(table).hasSize(4);
    assertThat(table.get(2))
        .matches("\\| charrnn \\| 0.05 \\| \\d+\\.\\d\\d \\| " + losses + "1 \\| lstm 2 x 8; .*");
    assertThat(table.get(3)).matches("\\| transformer-cpu \\| 0.05 \\| .* \\| " + losses + "1 .*");
    assertThat(output.resolve("quality.csv")).content().hasLineCount(3);
    assertThat(output.resolve("quality.png")).isNotEmptyFile();

    Path plot = output.resolve("quality.png");
    Files.delete(plot);
    Python.Result shown = python.run(SCRIPT, "--output", output);
    assertThat(shown.exitCode()).as("%s", shown).isZero();
    assertThat(shown.out()).isEqualTo(result.out());
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void badArgumentsAreReported() throws IOException {
    Python.Result result = python.run(SCRIPT, "--output", directory.resolve("none"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).endsWith("quality.csv; give a TEXT to train on");
  }
}
