package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.testing.Events;
import org.charrnn.testing.Python;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run's events, as TensorBoard reads them: {@code src/test/python/check_events.py}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a program that does not end
class TensorBoardIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_events.py");
  private static final int SAMPLE_LENGTH = 25;

  @TempDir private static Path directory;

  private static Python.Result result;

  @BeforeAll
  static void readInPython() throws Exception {
    Python python = Python.get();
    Path lab = directory.resolve("lab");
    run("train", "--run", lab.toString(), "--steps", "30", "--listing", "none");

    Path killed = directory.resolve("killed");
    killAt(20, train(killed, "--steps", "60"));
    killAt(36, "train", "--resume", killed.toString());
    run("train", "--resume", killed.toString());
    // From before what was written already, as after a kill between the events and the checkpoint.
    run("train", "--resume", killed.resolve("checkpoints/step-52").toString());
    assertThat(Events.files(killed)).hasSize(4);
    writeExpectations(killed);

    Path words = directory.resolve("words");
    run(train(words, "--steps", "8", "--level", "word"));
    result = python.run(SCRIPT, lab, killed, words);
  }

  private static String[] train(Path to, String... more) throws IOException {
    Path text = directory.resolve("text.txt");
    Files.writeString(text, LabConfig.SENTENCE.repeat(8));
    String settings =
        "--hidden 16 --batch-size 4 --sequence-length 5 --dropout 0.3 --save-every 4"
            + " --learning-rate 0.02 --validation 0.1 --sample-length "
            + SAMPLE_LENGTH;
    return Stream.of(
            Stream.of("train", "--data", text.toString(), "--run", to.toString()),
            Arrays.stream(settings.split(" ")),
            Arrays.stream(more))
        .flatMap(part -> part)
        .toArray(String[]::new);
  }

  private static Run run(String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    return run;
  }

  /** Kills a training once it has a checkpoint, and leaves half a record behind. */
  private static void killAt(int step, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), CharRnn.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(directory.resolve("err.txt").toFile())
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

  /** The texts that the checkpoints give. */
  private static void writeExpectations(Path run) throws IOException {
    Map<Integer, String> samples = new TreeMap<>();
    for (int step : List.of(52, 56, 60)) {
      Path checkpoint = run.resolve("checkpoints/step-" + step);
      String seed = Integer.toString(1 + step);
      String length = Integer.toString(SAMPLE_LENGTH);
      Run sample = run("sample", checkpoint.toString(), "--length", length, "--seed", seed);
      samples.put(step, sample.out().get(0));
    }
    new ObjectMapper().writeValue(run.resolve("expected.json").toFile(), samples);
  }

  @Test
  void theLabsLossesAreThoseOfItsHistory() {
    assertPythonFinds("lab: scalars_are_the_historys");
  }

  @Test
  void eachStepIsThereOnceAfterKillsAndResumes() {
    assertPythonFinds("killed: scalars_are_the_historys");
    assertPythonFinds("killed: saves_have_a_histogram_each");
    assertPythonFinds("killed: board_shows_all");
  }

  @Test
  void histogramsAreOfTheCheckpointsWeights() {
    assertPythonFinds("killed: histograms_are_of_the_checkpoints_weights");
  }

  @Test
  void samplesAreOfTheCheckpointsWeights() {
    assertPythonFinds("killed: samples_are_of_the_checkpoints_weights");
  }

  @Test
  void wordsAreToldByTheirPerplexity() {
    assertPythonFinds("words: scalars_are_the_historys");
  }

  @Test
  void pythonFindsNothingWrong() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private static void assertPythonFinds(String fact) {
    assertThat(result.out().lines()).as(result.err()).contains("ok: " + fact);
  }
}
