package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code charrnn lab} in a JVM of its own, which is killed or stopped, and resumed here. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case the program hangs
class LabCommandIT {
  private static final int STEPS = 200;

  @TempDir Path directory;
  private Path whole;
  private Path run;
  private Run uninterrupted;

  @BeforeEach
  void train() {
    whole = directory.resolve("whole");
    run = directory.resolve("run");
    uninterrupted = Run.of(lab(whole, STEPS)).assertDone();
  }

  /** Writes a checkpoint every third step, so that much of the time one is being written. */
  private static Object[] lab(Path to, int steps) {
    return new Object[] {
      "lab", "--run", to, "--steps", steps, "--save-every", 3, "--listing", "all"
    };
  }

  private Process start(Object... args) throws IOException {
    return Program.builder(Program.command(args), directory.resolve("err.txt"))
        .redirectOutput(directory.resolve("out.txt").toFile())
        .start();
  }

  private static void awaitCheckpoint(Path run, int step, Process process)
      throws InterruptedException {
    while (Files.notExists(run.resolve("checkpoints/step-" + step)) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err.txt"));
  }

  private void assertSameRun() throws IOException {
    for (String file :
        List.of(
            "checkpoints/step-" + STEPS + "/model.data-00000-of-00001",
            "checkpoints/step-" + STEPS + "/progress.json",
            "history.csv",
            "saved_model/variables/variables.data-00000-of-00001")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
          .containsExactly(run.resolve(".lock"));
    }
  }

  private static int latestStep(Path run) throws IOException {
    String latest = Files.readAllLines(run.resolve("checkpoints/latest")).get(0);
    return Integer.parseInt(latest.substring("step-".length()));
  }

  /** The listing of a resumed run continues at the step of its checkpoint. */
  private void assertContinues(Run resumed, int step) {
    assertThat(resumed.out())
        .isEqualTo(
            uninterrupted.out().stream()
                .dropWhile(line -> !line.startsWith(step + " 0 "))
                .toList());
  }

  @Test
  void killedRunResumesToSameWeights() throws Exception {
    int kills = 0;
    Object[] args = lab(run, STEPS);
    for (int step : List.of(30, 90, 150)) {
      Process process = start(args);
      awaitCheckpoint(run, step, process);
      process.destroyForcibly(); // SIGKILL
      kills += process.waitFor() == 128 + 9 ? 1 : 0;
      args = new Object[] {"lab", "--resume", run, "--listing", "all"};
    }
    assertThat(kills).as(err()).isGreaterThan(1); // else the test tests nothing
    Run resumed = Run.of(args).assertDone();
    assertSameRun();
    int step = Integer.parseInt(resumed.out().get(0).replaceFirst(" .*", ""));
    assertThat(step).isBetween(90, STEPS - 1);
    assertContinues(resumed, step);
  }

  @Test
  void stoppedRunResumesToSameWeights() throws Exception {
    Process process = start(lab(run, STEPS));
    awaitCheckpoint(run, 60, process);
    process.destroy(); // SIGTERM, which the JVM treats like Ctrl-C
    assertThat(process.waitFor()).as(err()).isEqualTo(128 + 15);
    int step = latestStep(run);
    assertThat(step).isBetween(60, STEPS - 1);
    assertThat(err()).contains("charrnn: stopped after " + step + " steps, saved ");
    assertContinues(Run.of("lab", "--resume", run, "--listing", "all").assertDone(), step);
    assertSameRun();
  }
}
