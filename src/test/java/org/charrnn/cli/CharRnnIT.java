package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Char-rnns in JVMs of their own, which can be killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a program that does not end
class CharRnnIT {
  private static final String LAST = "checkpoints/step-150/model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
    run = directory.resolve("run");
  }

  private static String[] program(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), CharRnn.class.getName()));
    command.addAll(List.of(args));
    return command.toArray(String[]::new);
  }

  private String[] training(Path to, String steps) {
    return new String[] {
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
      "--steps",
      steps
    };
  }

  private Process start(String... command) throws IOException {
    return Program.builder(List.of(command), directory.resolve("err.txt")).start();
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err.txt"));
  }

  private void untilThereIs(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** A checkpoint every third step: much of the time one is being written. */
  @Test
  void aTrainingThatIsKilledAgainAndAgainEndsAtTheSameWeights() throws Exception {
    Path whole = directory.resolve("whole");
    assertThat(Run.of(training(whole, "150")).exitCode()).isZero();
    SplittableRandom random = new SplittableRandom(1);
    String[] command = program(training(run, "150"));
    int killed = 0;
    for (int i = 0; i < 6; i++) {
      Path next = run.resolve("checkpoints/step-" + 12 * i);
      Process process = start(command);
      untilThereIs(next, process);
      TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
      process.destroyForcibly(); // SIGKILL
      killed += process.waitFor() == 128 + 9 ? 1 : 0;
      command = program("train", "--resume", run.toString());
    }
    assertThat(killed).as(err()).isGreaterThan(2); // or nothing was tried
    Run resumed = Run.of("train", "--resume", run.toString());
    assertThat(resumed.exitCode()).as("%s", resumed.err()).isZero();
    assertThat(run.resolve(LAST)).hasSameBinaryContentAs(whole.resolve(LAST));
    assertThat(withoutTime(run)).isEqualTo(withoutTime(whole));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
          .containsExactly(run.resolve(".lock"));
    }
  }

  private static List<String> withoutTime(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst(",[^,]*(,[^,]*)$", "$1"))
        .toList();
  }

  @Test
  void aSignalSavesAndTheTrainingCanBeResumed() throws Exception {
    Process process = start(program(training(run, "1000000")));
    untilThereIs(run.resolve("checkpoints/step-3"), process);
    process.destroy(); // SIGTERM; Ctrl-C takes the same way through the JVM
    assertThat(process.waitFor()).as(err()).isEqualTo(128 + 15);
    assertThat(err()).contains("charrnn: stopped, saved ");
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
    String latest = Files.readAllLines(run.resolve("checkpoints/latest")).get(0);
    int step = Integer.parseInt(latest.substring("step-".length()));
    String end = Integer.toString(step + 2);
    Run resumed = Run.of("train", "--resume", run.toString(), "--steps", end);
    assertThat(resumed.exitCode()).as("%s", resumed.err()).isZero();
    Path whole = directory.resolve("whole");
    assertThat(Run.of(training(whole, end)).exitCode()).isZero();
    for (String name : List.of("model.data-00000-of-00001", "progress.json")) {
      String file = "checkpoints/step-" + end + "/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void textStreamsUntilNobodyReadsIt() throws Exception {
    assertThat(Run.of(training(run, "3")).exitCode()).isZero();
    Process process =
        start(program("sample", run.toString(), "--prime", "if", "--length", "2000000000"));
    try (InputStream out = process.getInputStream()) {
      // A text of this length is never done: what arrives has been sent while it is made.
      assertThat(new String(out.readNBytes(10), StandardCharsets.UTF_8)).startsWith("if");
      assertThat(process.isAlive()).isTrue();
    }
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ended by itself").isTrue();
    assertThat(process.exitValue()).as(err()).isZero();
    assertThat(err().lines().filter(line -> line.contains("Exception") || line.startsWith("\t")))
        .isEmpty();
  }

  @Test
  void aDirectoryOfManyScriptsIsLearnedAndWritten() throws Exception {
    Path corpus = Files.createDirectories(directory.resolve("corpus/deep"));
    Files.writeString(corpus.resolve("a.txt"), "안녕하세요 😀\r\n".repeat(40));
    Files.writeString(corpus.resolveSibling("b.txt"), "hello\r\n".repeat(40));
    Files.writeString(corpus.resolve("c.bin"), "Q".repeat(40));
    Process trained =
        start(
            program(
                "train",
                "--data",
                corpus.getParent().toString(),
                "--include",
                "*.txt",
                "--run",
                run.toString(),
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
                "0.02"));
    assertThat(trained.waitFor()).as(err()).isZero();
    // In a locale that knows only ASCII the script sees to it that the prime arrives.
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
