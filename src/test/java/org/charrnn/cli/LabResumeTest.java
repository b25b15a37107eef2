package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code charrnn lab --resume}: a resumed run equals an uninterrupted one. */
class LabResumeTest {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir Path directory;
  private Path whole;
  private Path run;

  @BeforeEach
  void nameRuns() {
    whole = directory.resolve("whole");
    run = directory.resolve("run");
  }

  private static Run lab(Path run, String... options) {
    return Run.of(plus(List.of("lab", "--run=" + run), options)).assertDone();
  }

  private static Run resume(Path path, String... options) {
    return Run.of(plus(List.of("lab", "--resume=" + path), options));
  }

  private static List<String> checkpoints(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private void assertSameRun(int step) throws IOException {
    for (String file :
        List.of(
            "checkpoints/step-%d/%s".formatted(step, DATA),
            "checkpoints/step-%d/progress.json".formatted(step),
            "history.csv",
            "saved_model/variables/variables.data-00000-of-00001")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  /** Returns the lines of a listing from a step on, with the sentence. */
  private static List<String> listingFrom(int step, Run run) {
    return run.out().stream().dropWhile(line -> !line.startsWith(step + " 0 ")).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--kernel=ops",
        "--kernel=fused --shards=3",
        "--kernel=fused --precision=bfloat16 --layers=1",
        "--hidden=7 --layers=3 --seed=5 --sequence-length=6 --learning-rate=0.03"
      })
  void resumedRunEqualsUninterruptedRun(String options) throws IOException {
    String[] settings =
        plus(List.of(options.split(" ", -1)), "--save-every=20").toArray(String[]::new);
    Run uninterrupted = lab(whole, plus(List.of(settings), "--steps=60").toArray(String[]::new));
    lab(run, plus(List.of(settings), "--steps=20").toArray(String[]::new));
    Run second = resume(run, "--steps=40").assertDone();
    Run third = resume(run, "--steps=60").assertDone();
    assertSameRun(60);
    assertThat(checkpoints(run)).isEqualTo(checkpoints(whole));
    assertThat(third.out()).isEqualTo(listingFrom(40, uninterrupted));
    assertThat(second.out().get(0)).isIn(uninterrupted.out());
  }

  @Test
  void listingContinuesInEveryMode() throws IOException {
    Run uninterrupted = lab(whole, "--steps=12", "--listing=all");
    lab(run, "--steps=7", "--listing=none");
    Path copy = directory.resolve("copy");
    PathUtils.copyDirectory(run, copy);
    assertThat(resume(run, "--steps=12", "--listing=all").assertDone().out())
        .isEqualTo(listingFrom(7, uninterrupted))
        .hasSize(5 * 170 + 1);
    assertThat(resume(copy, "--steps=12", "--listing=none").assertDone().out())
        .containsExactly(uninterrupted.out().get(uninterrupted.out().size() - 1));
    assertSameRun(12);
  }

  @Test
  void earlierCheckpointIsResumed() throws IOException {
    lab(whole, "--steps=30", "--save-every=10", "--listing=none");
    lab(run, "--steps=30", "--save-every=10", "--listing=none");
    PathUtils.deleteDirectory(run.resolve("saved_model"));
    resume(run.resolve("checkpoints/step-10")).assertDone();
    assertSameRun(30);
  }

  @Test
  void finishedRunReadsItsSentence() throws IOException {
    Run first = lab(whole, "--steps=25", "--listing=none");
    lab(run, "--steps=25", "--listing=none");
    assertThat(resume(run).assertDone().out()).isEqualTo(first.out());
    assertSameRun(25);
    resume(run, "--steps=24").assertRejected("has already done 25 steps; use more --steps, got 24");
  }

  @Test
  void runOnTextResumesWithItsText() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE + " Ω\n");
    lab(whole, "--steps=9", "--listing=none", "--text=" + text);
    lab(run, "--steps=4", "--listing=none", "--text=" + text);
    Path moved = Files.move(text, directory.resolve("moved.txt"));
    resume(run, "--steps=9").assertRejected("there is no file " + text);
    Path other = Files.writeString(directory.resolve("other.txt"), LabText.SENTENCE + " ?");
    resume(run, "--steps=9", "--text=" + other).assertRejected("has changed: " + other);
    resume(run, "--steps=9", "--text=" + moved, "--listing=none").assertDone();
    resume(run).assertDone(); // the new place is recorded
    assertSameRun(9);
  }

  @Test
  void lostHistoryIsReported() throws IOException {
    lab(run, "--steps=4", "--listing=none");
    Files.delete(run.resolve("history.csv"));
    assertThat(resume(run, "--steps=6").assertDone().err())
        .contains(
            "charrnn: %s lacks the rows before step 4; it continues from there"
                .formatted(run.resolve("history.csv")));
  }

  @Test
  void missingRunIsRejected() {
    resume(run).assertRejected("there is no run " + run);
    resume(directory).assertRejected(directory.toString());
  }
}
