package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One program trains, this one uses or wants the same run. */
class TwoAtOnceIT {
  private static final int LENGTH = 20;

  @TempDir Path directory;
  private Path run;
  private Path text;
  private Process trainer;

  /** A training that writes checkpoints as fast as it can, and whose best one is often another. */
  @BeforeEach
  void train() throws Exception {
    run = directory.resolve("run");
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(10));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("train", "--data", text.toString(), "--run", run.toString()));
    String options =
        "--hidden 8 --layers 1 --batch-size 4 --sequence-length 10 --save-every 1"
            + " --validation 0.1 --sample-length 0 --steps 1000000";
    command.addAll(List.of(options.split(" ")));
    trainer =
        Program.builder(
                Program.command(command.toArray(String[]::new)), directory.resolve("err.txt"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (!Files.exists(run.resolve("checkpoints/best"))) {
      assertThat(trainer.isAlive()).as("%s", Program.saidBy(directory.resolve("err.txt"))).isTrue();
      Thread.sleep(20);
    }
  }

  @AfterEach
  void kill() throws InterruptedException {
    trainer.destroyForcibly().waitFor();
  }

  @Test
  void aSecondTrainingIsRefusedUntilTheFirstIsGone() throws Exception {
    Run another = Run.of("train", "--run", run.toString(), "--steps", "1");
    Run resumed = Run.of("train", "--resume", run.toString());
    for (Run refused : List.of(another, resumed)) {
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .containsExactly(
              "charrnn: a training (process %d) is writing into %s; wait until it ends, or stop it,"
                      .formatted(trainer.pid(), run)
                  + " or choose another --run");
    }
    assertThat(trainer.isAlive()).isTrue();
    assertThat(run.resolve("previous-1")).doesNotExist();

    kill(); // by SIGKILL: nothing is tidied up
    String latest = Files.readAllLines(run.resolve("checkpoints/latest")).get(0);
    long done = Long.parseLong(latest.substring("step-".length()));
    Run goesOn = Run.of("train", "--resume", run.toString(), "--steps", done + 1 + "");
    assertThat(goesOn.exitCode()).as("%s", goesOn.err()).isZero();
  }

  @Test
  void whoReadsSeesAWholeCheckpoint() throws IOException {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Run sample = Run.of("sample", run.toString(), "--length", LENGTH + "", "--prime", "i");
      assertThat(sample.exitCode()).as("%s", sample.err()).isZero();
      assertThat(String.join("\n", sample.out())).hasSize(1 + LENGTH);
      Run inspect = Run.of("inspect", run.toString());
      assertThat(inspect.exitCode()).as("%s", inspect.err()).isZero();
      inspect.out().stream().filter(line -> line.matches("  step +.*")).forEach(seen::add);
    }
    assertThat(trainer.isAlive()).isTrue();
    assertThat(Stream.of(seen.get(0), seen.get(39)).distinct()).as("%s", seen).hasSize(2);
  }
}
