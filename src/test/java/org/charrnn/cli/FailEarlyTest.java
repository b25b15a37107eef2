package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.charrnn.engine.EngineSettings;
import org.charrnn.store.RunLock;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a training cannot do is reported before its text is read, its graph is built, or its engine
 * is started.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS) // reading a pipe that nobody writes to would hang
class FailEarlyTest {
  private static final String TOO_LARGE = "--hidden=1000000";

  @TempDir Path directory;
  private Path run;
  private Path missing;

  @BeforeEach
  void setPaths() {
    run = directory.resolve("runs/new");
    missing = directory.resolve("missing.txt");
  }

  private Path text(int copies) throws IOException {
    return Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(copies));
  }

  private Path pipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void lockedRunIsReportedBeforeTextIsRead() throws IOException {
    try (RunLock lock = RunLock.acquire(run)) {
      Run.of("train", "--data", missing, "--run", lock.run()).assertRejected("is writing to");
      Run.of("lab", "--text", missing, "--run", lock.run()).assertRejected("is writing to");
    }
  }

  @Test
  void failedStartLeavesNoDirectory() {
    Run.of("train", "--data", missing, "--run", run).assertRejected("missing.txt");
    Run.of("lab", "--text", missing, "--run", run).assertRejected("missing.txt");
    assertThat(directory.resolve("runs")).doesNotExist();
  }

  @Test
  void failedStartKeepsEarlierRun() throws IOException {
    Run.of("lab", "--run", run, "--steps=0", "--listing=none").assertDone();
    Run.of("train", "--data", missing, "--run", run).assertRejected("missing.txt");
    assertThat(run.resolve("previous-1")).doesNotExist();
    assertThat(run.resolve("config.json")).exists();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "without named pipes")
  void lackOfMemoryIsReportedBeforeTextIsRead() throws Exception {
    Path pipe = pipe();
    Run.of("train", "--data", pipe, "--run", run, TOO_LARGE).assertRejected("needs about", "GB");
    Run.of("lab", "--text", pipe, "--run", run, TOO_LARGE).assertRejected("needs about", "GB");
    assertThat(run).doesNotExist();
  }

  @Test
  void lackOfMemoryIsReportedBeforeEngineIsStarted() throws IOException {
    EngineSettings started =
        RecordingEngine.record(
            directory,
            () -> {
              Run.of("train", "--data", missing, "--run", run, TOO_LARGE, "--engine=spark")
                  .assertRejected("GB");
              return new Run(ExitCodes.DONE, List.of(), List.of());
            });
    assertThat(started).isNull();
  }

  /** A step would need more memory than there is; whether it does depends on the text. */
  @Test
  void lackOfMemoryOfLongTextIsReportedBeforeRunIsMade() throws IOException {
    Run.of("lab", "--run", run, "--steps=0", "--listing=none").assertDone();
    Run.of("lab", "--text", text(100), "--run", run, "--hidden=20000", "--layers=100")
        .assertRejected("GB");
    assertThat(run.resolve("previous-1")).doesNotExist();
  }

  @Test
  void dryRunTakesNoLock() throws IOException {
    try (RunLock lock = RunLock.acquire(run)) {
      Run dry = Run.of("train", "--data", text(30), "--run", lock.run(), "--dry-run").assertDone();
      assertThat(dry.out()).anyMatch(line -> line.matches("disk +[\\d,]+ MB \\(estimate\\)"));
    }
    assertThat(directory.resolve("runs")).doesNotExist();
  }
}
