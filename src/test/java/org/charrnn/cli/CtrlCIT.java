package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in JVMs of their own that are sent SIGINT, as by Ctrl-C, once or twice. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case a program does not end
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill sends the signals")
class CtrlCIT {
  private static final String STOPPING =
      "charrnn: stopping after this step and saving; press again to stop now";
  private static final String NOTHING = "charrnn: stopped; nothing was trained";

  @TempDir Path directory;
  private Path text;
  private Path run;
  private Path err;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(30));
    run = directory.resolve("run");
    err = directory.resolve("err.txt");
  }

  private List<Object> training(Path data, Path to, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--data", data, "--run", to, "--batch-size=8", "--decay-rate=1"));
    args.add("--sequence-length=10");
    args.addAll(List.of(more));
    return args;
  }

  private Process start(List<Object> args) throws IOException {
    return Program.builder(Program.interruptible(Program.command(args.toArray())), err)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void interrupt(Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void awaitFile(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void awaitLine(String line, Process process) throws Exception {
    while (process.isAlive() && !messages().contains(line)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private List<String> messages() throws IOException {
    return Program.messages(err);
  }

  private void assertInterrupted(Process process) throws Exception {
    assertThat(process.waitFor()).as("%s", messages()).isEqualTo(128 + 2);
  }

  /** All 20,000 steps between two averages count as one: they take more than a minute. */
  @Test
  void firstPrintsLineDuringStepAndSecondEndsProcess() throws Exception {
    Process process =
        start(
            training(
                text,
                run,
                "--steps=20000",
                "--slices=2",
                "--local-steps=20000",
                "--hidden=256",
                "--validation=0"));
    awaitFile(run.resolve("checkpoints/latest"), process);
    interrupt(process);
    awaitLine(STOPPING, process);
    assertThat(process.isAlive()).as("%s", messages()).isTrue();
    interrupt(process);
    assertInterrupted(process);
    assertThat(messages())
        .endsWith(
            STOPPING,
            "charrnn: stopped; the last checkpoint is " + run.resolve("checkpoints/step-0"));
    Run.of("evaluate", run.resolve("checkpoints/step-0"), text).assertDone();
  }

  @Test
  void secondLeavesNothingThatResumingDoesNotClean() throws Exception {
    List<Object> args = training(text, run, "--steps=1000000", "--hidden=256", "--save-every=1");
    args.add("--sample-length=0");
    args.add("--validation=0");
    Process process = start(args); // spends most of its time writing checkpoints
    awaitFile(run.resolve("checkpoints/step-3"), process);
    interrupt(process);
    interrupt(process);
    assertInterrupted(process);
    if (messages().get(messages().size() - 1).startsWith("charrnn: stopped; the last")) {
      Path last = Path.of(messages().get(messages().size() - 1).replaceFirst(".* is ", ""));
      int steps = Integer.parseInt(last.getFileName().toString().substring("step-".length())) + 1;
      Run.of("train", "--resume", run, "--steps", steps).assertDone();
      try (Stream<Path> files = Files.walk(run)) {
        assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
            .containsExactly(run.resolve(".lock"));
      }
    }
  }

  /** The validation text is long, so that most of the time is spent on it. */
  @Test
  void validationIsAbandonedAndMadeUpForOnResume() throws Exception {
    Path longText =
        Files.writeString(directory.resolve("long.txt"), LabText.SENTENCE.repeat(2_000));
    Object[] more = {
      "--hidden=16", "--steps=3", "--save-every=1", "--validation=0.5", "--validation-from=end"
    };
    Path whole = directory.resolve("whole");
    Run.of(training(longText, whole, more)).assertDone();
    Process process = start(training(longText, run, more));
    awaitFile(run.resolve("checkpoints/step-0"), process);
    interrupt(process);
    assertInterrupted(process);
    assertThat(messages()).contains(STOPPING);
    assertThat(messages()).last().asString().startsWith("charrnn: stopped, saved ");
    Run.of("train", "--resume", run).assertDone();
    for (String name : List.of("model.data-00000-of-00001", "progress.json")) {
      String file = "checkpoints/step-3/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(historyWithoutSpeed(run)).isEqualTo(historyWithoutSpeed(whole));
    assertThat(run.resolve("checkpoints/best"))
        .hasSameBinaryContentAs(whole.resolve("checkpoints/best"));
  }

  private static List<String> historyWithoutSpeed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst(",[^,]*(,[^,]*)$", "$1"))
        .toList();
  }

  /** A sample that would take days; it begins when the events of the step have been written. */
  @Test
  void sampleIsAbandoned() throws Exception {
    List<Object> args = training(text, run, "--steps=1000", "--hidden=16", "--save-every=1");
    args.add("--validation=0");
    args.add("--sample-length=2000000000");
    Process process = start(args);
    awaitFile(run.resolve("checkpoints/step-0"), process);
    long before = eventBytes();
    awaitEvents(size -> size > before, process);
    interrupt(process);
    assertInterrupted(process);
    assertThat(messages()).contains(STOPPING);
    assertThat(messages()).last().asString().startsWith("charrnn: stopped, saved ");
    assertThat(run.resolve("checkpoints/latest")).hasContent("step-1");
  }

  private void awaitEvents(LongPredicate size, Process process) throws Exception {
    while (process.isAlive() && !size.test(eventBytes())) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private long eventBytes() throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      Path events =
          files.filter(file -> file.toString().contains("tfevents")).findFirst().orElseThrow();
      return Files.size(events);
    }
  }

  /** Reads from a pipe that never ends. */
  @Test
  void readingEndsAndLeavesNoNewDirectory() throws Exception {
    Path pipe = pipe();
    try (RandomAccessFile writer = new RandomAccessFile(pipe.toFile(), "rw")) {
      Path newRun = directory.resolve("runs/new");
      Process process = start(training(pipe, newRun));
      awaitFile(newRun.resolve(".lock"), process);
      writer.writeBytes("some text");
      interrupt(process);
      assertInterrupted(process);
      assertThat(messages()).containsExactly(NOTHING);
      assertThat(directory.resolve("runs")).doesNotExist();
    }
  }

  @Test
  void readingEndsAndKeepsEarlierRun() throws Exception {
    Run.of(training(text, run, "--steps=1", "--hidden=4", "--validation=0")).assertDone();
    Files.delete(run.resolve(".lock"));
    byte[] config = Files.readAllBytes(run.resolve("config.json"));
    Path pipe = pipe();
    try (RandomAccessFile writer = new RandomAccessFile(pipe.toFile(), "rw")) {
      Process process = start(training(pipe, run));
      awaitFile(run.resolve(".lock"), process);
      writer.writeBytes("some text");
      interrupt(process);
      assertInterrupted(process);
    }
    assertThat(messages()).containsExactly(NOTHING);
    assertThat(run.resolve("config.json")).hasBinaryContent(config);
    assertThat(run.resolve("previous-1")).doesNotExist();
  }

  private Path pipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void labIsSaved() throws Exception {
    Process process = start(List.of("lab", "--run", run, "--steps=1000000", "--save-every=3"));
    awaitFile(run.resolve("checkpoints/step-3"), process);
    interrupt(process);
    assertInterrupted(process);
    assertThat(messages()).contains(STOPPING);
    assertThat(messages())
        .last()
        .asString()
        .matches("charrnn: stopped after \\d+ steps, saved .*saved_model");
  }

  /** Nothing is lost, so there is nothing to say. */
  @Test
  void generationEnds() throws Exception {
    Run.of(training(text, run, "--steps=1", "--hidden=4", "--validation=0")).assertDone();
    List<String> command = Program.command("sample", run, "--length=2000000000", "--seed=1");
    Process process = Program.builder(Program.interruptible(command), err).start();
    assertThat(process.getInputStream().readNBytes(10)).hasSize(10);
    interrupt(process);
    process.getInputStream().readAllBytes();
    assertInterrupted(process);
    assertThat(messages()).isEmpty();
  }
}
