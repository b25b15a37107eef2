package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that resumes from an older checkpoint: what came after it is kept. */
class OlderCheckpointTest {
  @TempDir private static Path directory;
  private static Path original;

  @TempDir private Path copies;
  private Path run;

  /** Twelve steps; the best validation is the last, so the earlier best ones are deleted. */
  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(4));
    original = directory.resolve("run");
    String options =
        "--hidden=8 --layers=1 --batch-size=4 --sequence-length=5 --sample-length=0 --steps=12"
            + " --save-every=2 --validation=0.1 --learning-rate=0.02";
    Run.of(
            Stream.concat(
                    Stream.of("train", "--data=" + text, "--run=" + original),
                    Arrays.stream(options.split(" ")))
                .toArray())
        .assertDone();
  }

  @BeforeEach
  void copy() throws IOException {
    run = copies.resolve("run");
    PathUtils.copyDirectory(original, run);
  }

  private Run resume(int step, Object... options) {
    return Run.of(
        Stream.concat(
                Stream.of("train", "--resume", run.resolve("checkpoints/step-" + step)),
                Arrays.stream(options))
            .toArray());
  }

  @Test
  void laterStepsAreMovedAndReported() throws IOException {
    String evaluation = evaluate(run);
    Path previous = run.resolve("previous-1");
    assertThat(resume(8).assertDone().err())
        .contains("charrnn: moved the steps after 8 to " + previous);
    for (Path path : List.of(previous, run)) {
      assertThat(evaluate(path)).as("%s", path).isEqualTo(evaluation);
      assertThat(names(path.resolve("checkpoints"))).contains("step-10", "step-12");
    }
    assertSame(previous.resolve("history.csv"), original.resolve("history.csv"));
    assertSame(previous.resolve("checkpoints/best"), original.resolve("checkpoints/best"));
    assertSame(
        run.resolve("checkpoints/step-12/model.data-00000-of-00001"),
        original.resolve("checkpoints/step-12/model.data-00000-of-00001"));
    resume(12, "--steps", 14).assertDone();
    Run.of("train", "--resume", previous, "--steps", 14).assertDone();
    assertSame(
        run.resolve("checkpoints/step-14/model.data-00000-of-00001"),
        previous.resolve("checkpoints/step-14/model.data-00000-of-00001"));
  }

  @Test
  void runIsAtTheCheckpointBeforeItsFirstStep() throws IOException {
    RunDirectory opened = RunDirectory.open(run);
    opened.rewind(RunCheckpoints.progress(run.resolve("checkpoints/step-8")));
    assertThat(names(run.resolve("checkpoints")))
        .containsExactlyInAnyOrder("best", "latest", "step-4", "step-6", "step-8");
    assertThat(run.resolve("checkpoints/latest")).hasContent("step-8\n");
    assertThat(run.resolve("checkpoints/best")).hasContent("step-8\n");
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertThat(history.get(history.size() - 1)).startsWith("8,");
    assertThat(
            Files.mismatch(
                run.resolve("saved_model/variables/variables.data-00000-of-00001"),
                original.resolve("saved_model/variables/variables.data-00000-of-00001")))
        .isNotNegative();
    assertThat(evaluate(run)).isEqualTo(evaluate(original.resolve("checkpoints/step-8")));
  }

  @Test
  void eachReturnKeepsItsOwnSteps() {
    resume(8).assertDone();
    resume(10).assertDone();
    assertThat(run.resolve("previous-1/checkpoints/step-12")).isDirectory();
    assertThat(run.resolve("previous-2/checkpoints/step-12")).isDirectory();
    assertThat(run.resolve("previous-3")).doesNotExist();
  }

  @Test
  void dryRunAndLatestCheckpointMoveNothing() throws IOException {
    resume(8, "--dry-run").assertDone();
    resume(12).assertDone();
    assertThat(run.resolve("previous-1")).doesNotExist();
    assertThat(names(run.resolve("checkpoints"))).contains("step-12");
  }

  private static String evaluate(Path model) {
    return Run.of("evaluate", model, directory.resolve("text.txt")).assertDone().out().toString();
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static void assertSame(Path path, Path expected) throws IOException {
    assertThat(Files.mismatch(path, expected)).as("%s and %s", path, expected).isEqualTo(-1);
  }
}
