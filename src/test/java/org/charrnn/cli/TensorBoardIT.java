package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.testing.Events;
import org.charrnn.testing.Python;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TensorBoard reads the events of a run; see {@code src/test/python/check_events.py}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case a program hangs
class TensorBoardIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_events.py");
  private static final int SAMPLE_LENGTH = 25;

  @TempDir private static Path directory;

  private static Python.Result result;

  @BeforeAll
  static void readInPython() throws Exception {
    Python python = Python.get();
    Path lab = directory.resolve("lab");
    Run.of("lab", "--run", lab, "--steps", "30", "--listing", "none").assertDone();

    Path killed = directory.resolve("killed");
    killAt(20, train(killed, "--steps", "60"));
    killAt(36, "train", "--resume", killed);
    Run.of("train", "--resume", killed).assertDone();
    // Resumes before events that exist, as after a kill between the events and the checkpoint.
    Run.of("train", "--resume", killed.resolve("checkpoints/step-52")).assertDone();
    assertThat(Events.files(killed)).hasSize(4);
    writeExpectations(killed);

    Path words = directory.resolve("words");
    Run.of(train(words, "--steps", "8", "--level", "word")).assertDone();
    result = python.run(SCRIPT, lab, killed, words);
  }

  private static Object[] train(Path to, String... more) throws IOException {
    Path text = directory.resolve("text.txt");
    Files.writeString(text, LabText.SENTENCE.repeat(8));
    String settings =
        "--hidden 16 --batch-size 4 --sequence-length 5 --dropout 0.3 --save-every 4"
            + " --learning-rate 0.02 --validation 0.1 --sample-length "
            + SAMPLE_LENGTH;
    return Stream.of(
            Stream.of("train", "--data", text.toString(), "--run", to.toString()),
            Arrays.stream(settings.split(" ")),
            Arrays.stream(more))
        .flatMap(part -> part)
        .toArray();
  }

  /** Kills a training when it has a checkpoint, and leaves an incomplete record. */
  private static void killAt(int step, Object... arguments) throws Exception {
    Process process =
        Program.builder(Program.command(arguments), directory.resolve("err.txt"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path checkpoint = directory.resolve("killed/checkpoints/step-" + step);
    while (Files.notExists(checkpoint) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    process.destroyForcibly(); // SIGKILL
    assertThat(process.waitFor())
        .as(Files.readString(directory.resolve("err.txt")))
        .isEqualTo(128 + 9);
    List<Path> files = Events.files(directory.resolve("killed"));
    Path newest = files.get(files.size() - 1);
    byte[] firstRecord = Arrays.copyOf(Files.readAllBytes(newest), 20);
    Files.write(newest, firstRecord, StandardOpenOption.APPEND);
  }

  /** Writes the texts that the checkpoints sample. */
  private static void writeExpectations(Path run) throws IOException {
    Map<Integer, String> samples = new TreeMap<>();
    for (int step : List.of(52, 56, 60)) {
      Path checkpoint = run.resolve("checkpoints/step-" + step);
      Run sample =
          Run.of("sample", checkpoint, "--length", SAMPLE_LENGTH, "--seed", 1 + step).assertDone();
      samples.put(step, sample.out().get(0));
    }
    new ObjectMapper().writeValue(run.resolve("expected.json").toFile(), samples);
  }

  @Test
  void lossesOfLabEqualItsHistory() {
    assertPythonConfirms("lab: scalars_are_the_historys");
  }

  @Test
  void eachStepAppearsOnceAfterKillsAndResumes() {
    assertPythonConfirms("killed: scalars_are_the_historys");
    assertPythonConfirms("killed: saves_have_a_histogram_each");
    assertPythonConfirms("killed: board_shows_all");
  }

  @Test
  void histogramsAreOfCheckpointWeights() {
    assertPythonConfirms("killed: histograms_are_of_the_checkpoints_weights");
  }

  @Test
  void samplesAreOfCheckpointWeights() {
    assertPythonConfirms("killed: samples_are_of_the_checkpoints_weights");
  }

  @Test
  void wordModelHasPerplexity() {
    assertPythonConfirms("words: scalars_are_the_historys");
  }

  @Test
  void allChecksInPythonPass() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private static void assertPythonConfirms(String fact) {
    assertThat(result.out().lines()).as(result.err()).contains("ok: " + fact);
  }
}
