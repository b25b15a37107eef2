package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One program trains while another one uses the run. */
class ConcurrentUseIT {
  private static final int LENGTH = 20;

  @TempDir Path directory;
  private Path run;
  private Path text;
  private Process trainer;

  /** Starts a training that writes a checkpoint after every step, of which many are the best. */
  @BeforeEach
  void train() throws Exception {
    run = directory.resolve("run");
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(10));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("train", "--data", text.toString(), "--run", run.toString()));
    String options =
        "--hidden 8 --layers 1 --batch-size 4 --sequence-length 10 --save-every 1"
            + " --validation 0.1 --sample-length 0 --steps 1000000";
    command.addAll(List.of(options.split(" ")));
    trainer =
        Program.builder(Program.command(command.toArray()), directory.resolve("err.txt"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (!Files.exists(run.resolve("checkpoints/best"))) {
      assertThat(trainer.isAlive())
          .as("%s", Program.messages(directory.resolve("err.txt")))
          .isTrue();
      Thread.sleep(20);
    }
  }

  @AfterEach
  void kill() throws InterruptedException {
    trainer.destroyForcibly().waitFor();
  }

  @Test
  void secondTrainingIsRejectedUntilFirstEnds() throws Exception {
    Run another = Run.of("lab", "--run", run, "--steps", "1");
    Run resumed = Run.of("train", "--resume", run);
    for (Run rejected : List.of(another, resumed)) {
      assertThat(rejected.exitCode()).isEqualTo(2);
      assertThat(rejected.err())
          .containsExactly(
              "charrnn: a training (process %d) is writing to %s; wait until it ends, stop it, or"
                      .formatted(trainer.pid(), run)
                  + " choose another directory");
    }
    assertThat(trainer.isAlive()).isTrue();
    assertThat(run.resolve("previous-1")).doesNotExist();

    kill(); // with SIGKILL, so it cleans nothing up
    String latest = Files.readAllLines(run.resolve("checkpoints/latest")).get(0);
    long done = Long.parseLong(latest.substring("step-".length()));
    // The next checkpoint may have been complete, too, when the process was killed.
    Run.of("train", "--resume", run, "--steps", done + 2).assertDone();
  }

  @Test
  void readersSeeCompleteCheckpoints() throws IOException {
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Run sample = Run.of("sample", run, "--length", LENGTH, "--prime", "i").assertDone();
      assertThat(String.join("\n", sample.out())).hasSize(1 + LENGTH);
      Run inspect = Run.of("inspect", run).assertDone();
      inspect.out().stream().filter(line -> line.matches("  step +.*")).forEach(steps::add);
    }
    assertThat(trainer.isAlive()).isTrue();
    assertThat(Stream.of(steps.get(0), steps.get(39)).distinct()).as("%s", steps).hasSize(2);
  }
}
