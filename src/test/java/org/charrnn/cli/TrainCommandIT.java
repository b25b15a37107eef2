package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code charrnn train} in JVMs of its own, which are killed, stopped or read by another program.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case a program hangs
class TrainCommandIT {
  private static final String LAST = "checkpoints/step-150/model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    run = directory.resolve("run");
  }

  private Object[] training(Path to, String steps) {
    return new Object[] {
      "train",
      "--data",
      text.toString(),
      "--run",
      to.toString(),
      "--hidden",
      "16",
      "--batch-size",
      "8",
      "--sequence-length",
      "10",
      "--dropout",
      "0.3",
      "--save-every",
      "3",
      "--validation",
      "0.1",
      "--decay-rate", // a cosine would depend on the number of steps
      "1",
      "--steps",
      steps
    };
  }

  private Process start(Object... args) throws IOException {
    return Program.builder(Program.command(args), directory.resolve("err.txt")).start();
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err.txt"));
  }

  private void awaitFile(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** A checkpoint is due every third step, so much of the time one is being written. */
  @Test
  void repeatedlyKilledTrainingEndsWithSameWeights() throws Exception {
    Path whole = directory.resolve("whole");
    Run.of(training(whole, "150")).assertDone();
    SplittableRandom random = new SplittableRandom(1);
    Object[] args = training(run, "150");
    int killed = 0;
    for (int i = 0; i < 6; i++) {
      Path next = run.resolve("checkpoints/step-" + 12 * i);
      Process process = start(args);
      awaitFile(next, process);
      TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
      process.destroyForcibly(); // SIGKILL
      killed += process.waitFor() == 128 + 9 ? 1 : 0;
      args = new Object[] {"train", "--resume", run};
    }
    assertThat(killed).as(err()).isGreaterThan(2); // else the test tests nothing
    Run.of("train", "--resume", run).assertDone();
    assertThat(run.resolve(LAST)).hasSameBinaryContentAs(whole.resolve(LAST));
    assertThat(historyWithoutSpeed(run)).isEqualTo(historyWithoutSpeed(whole));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
          .containsExactly(run.resolve(".lock"));
    }
  }

  private static List<String> historyWithoutSpeed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst(",[^,]*(,[^,]*)$", "$1"))
        .toList();
  }

  @Test
  void signalSavesAndTrainingCanBeResumed() throws Exception {
    Process process = start(training(run, "1000000"));
    awaitFile(run.resolve("checkpoints/step-3"), process);
    process.destroy(); // SIGTERM, which the JVM treats like Ctrl-C
    assertThat(process.waitFor()).as(err()).isEqualTo(128 + 15);
    assertThat(err()).contains("charrnn: stopped, saved ");
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
    String latest = Files.readAllLines(run.resolve("checkpoints/latest")).get(0);
    int step = Integer.parseInt(latest.substring("step-".length()));
    String end = Integer.toString(step + 2);
    Run.of("train", "--resume", run, "--steps", end).assertDone();
    Path whole = directory.resolve("whole");
    Run.of(training(whole, end)).assertDone();
    for (String name : List.of("model.data-00000-of-00001", "progress.json")) {
      String file = "checkpoints/step-" + end + "/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void sampleStreamsTextUntilReaderIsGone() throws Exception {
    Run.of(training(run, "3")).assertDone();
    Process process = start("sample", run, "--prime", "if", "--length", "2000000000");
    try (InputStream out = process.getInputStream()) {
      // This text never ends, so what arrives was printed while it was generated.
      assertThat(new String(out.readNBytes(10), StandardCharsets.UTF_8)).startsWith("if");
      assertThat(process.isAlive()).isTrue();
    }
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ended without being killed").isTrue();
    assertThat(process.exitValue()).as(err()).isZero();
    assertThat(err().lines().filter(line -> line.contains("Exception") || line.startsWith("\t")))
        .isEmpty();
  }

  @Test
  void directoryOfManyScriptsIsLearned() throws Exception {
    Path corpus = Files.createDirectories(directory.resolve("corpus/deep"));
    Files.writeString(corpus.resolve("a.txt"), "안녕하세요 😀\r\n".repeat(40));
    Files.writeString(corpus.resolveSibling("b.txt"), "hello\r\n".repeat(40));
    Files.writeString(corpus.resolve("c.bin"), "Q".repeat(40));
    Process trained =
        start(
            "train",
            "--data",
            corpus.getParent(),
            "--include",
            "*.txt",
            "--run",
            run,
            "--hidden",
            "32",
            "--layers",
            "1",
            "--batch-size",
            "4",
            "--sequence-length",
            "10",
            "--validation",
            "0",
            "--steps",
            "300",
            "--learning-rate",
            "0.02");
    assertThat(trained.waitFor()).as(err()).isZero();
    // The script passes the prime on correctly even in a locale that has only ASCII.
    ProcessBuilder builder =
        new ProcessBuilder(
            "scripts/charrnn", "sample", run.toString(), "--prime=\n안", "--greedy", "--length=6");
    builder.environment().put("LC_ALL", "C");
    builder.redirectError(directory.resolve("err.txt").toFile());
    Process sample = builder.start();
    String out = new String(sample.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(sample.waitFor()).as(err()).isZero();
    assertThat(out).isEqualTo("\n안녕하세요 😀\n");
    assertThat(Files.readString(run.resolve("vocabulary.json"))).contains("😀").doesNotContain("Q");
  }
}
