package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.Saving;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code charrnn train --slices}, run in this JVM. */
class SlicesCommandTest {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    // 8 streams: 16 batches of 10 for training and 1 for validation.
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
  }

  private Path train(String name, String... more) {
    Path run = directory.resolve(name);
    List<String> args = new ArrayList<>(List.of("train", "--data", text.toString()));
    args.addAll(List.of("--run", run.toString(), "--hidden=16", "--batch-size=8"));
    args.addAll(List.of("--sequence-length=10", "--validation=0.1", "--dropout=0.3"));
    args.addAll(List.of(more));
    Run.of(args).assertDone();
    return run;
  }

  private static void assertSameRun(Path actual, Path expected, int step) throws IOException {
    assertThat(history(actual)).isEqualTo(history(expected));
    for (String name : List.of(DATA, "progress.json")) {
      String file = "checkpoints/step-" + step + "/" + name;
      assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
  }

  /** Returns the history without the speed. */
  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst(",[^,]*(,[^,]*)$", "$1"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"lstm, 3", "gru, 2"})
  void slicesEqualShards(String cell, int count) throws IOException {
    String[] common = {"--cell", cell, "--steps=20", "--save-every=10"};
    Path shards = train("shards", append(common, "--shards=" + count));
    Path slices = train("slices", append(common, "--shards=1", "--slices=" + count));
    assertSameRun(slices, shards, 20);
    assertThat(RunDirectory.open(slices).config().slicing()).isEqualTo(new Slicing(count, 1));
    assertThat(RunDirectory.open(shards).config().slicing()).isEqualTo(Slicing.NONE);
  }

  private static String[] append(String[] args, String... more) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** A checkpoint due every 10 steps is written at the next average: at 12, 20, 32 and 40. */
  @Test
  void localStepsAreSavedAtAveragesAndResume() throws IOException {
    String[] common = {"--slices=3", "--local-steps=4", "--save-every=10", "--decay=epochs"};
    Path whole = train("whole", append(common, "--steps=40"));
    Path stopped = train("stopped", append(common, "--steps=20"));
    Run.of("train", "--resume", stopped, "--steps=40").assertDone();
    assertSameRun(stopped, whole, 40);
    assertThat(history(whole).stream().skip(1).map(line -> line.substring(0, line.indexOf(","))))
        .containsExactly("12", "20", "32", "40");
    assertThat(whole.resolve("checkpoints/step-12")).isDirectory();
    assertThat(history(whole))
        .isNotEqualTo(
            history(
                train(
                    "together", "--slices=3", "--steps=40", "--save-every=10", "--decay=epochs")));
  }

  /**
   * Of a batch of 2^30 streams only a slice fits into the memory of a machine; the carried state of
   * all of them does not fit on its disk.
   */
  @ParameterizedTest
  @CsvSource({
    "1073741824, ' for two checkpoints and the SavedModel, and '",
    "2, 'charrnn: training on 536,870,912 windows at once needs about '"
  })
  void resumeChecksMemoryOfSlices(int slices, String message) throws IOException {
    Path run = train("run", "--slices=2", "--steps=1");
    RunDirectory directory = RunDirectory.open(run);
    RunConfig config = directory.config();
    directory.withConfig(
        new RunConfig(
            config.version(),
            config.kind(),
            config.model(),
            config.text(),
            new TrainingConfig(
                new BatchShape(1 << 30, 10),
                2, // of which one is done
                LearningRateSchedule.constant(0.002f),
                Regularization.NONE,
                new Saving(0.1, ValidationFrom.END, 1, 0, 0),
                1),
            config.kernel(),
            new Slicing(slices, 1),
            null));
    Run.of("train", "--resume", run).assertRejected(message);
  }

  @ParameterizedTest
  @CsvSource({
    "--slices=0, '--slices must be at least 1, got 0'",
    "--slices=9, '--slices must be at most the batch size, 8, got 9'",
    "--slices=4 --shards=3, '--shards must be at most the rows of a batch, or of a slice, 2, got"
        + " 3'",
    "--slices=2 --local-steps=0, '--local-steps must be at least 1, got 0'",
    "--local-steps=2, '--local-steps averages slices and needs at least 2 of them'",
    "--master=local[2], '--master needs --engine spark'",
    "--conf=a=b, '--conf needs --engine spark'",
    "--engine=spark, '--engine spark needs --slices'",
    "--engine=spark --slices=2, 'the spark engine '",
    "--engine=abacus, 'Invalid value for option ''--engine'': expected one of [LOCAL, SPARK]'"
  })
  void invalidOptionsAreRejectedAndLeaveNoRun(String options, String message) {
    Path run = directory.resolve("run");
    String[] args = {
      "train",
      "--data=" + text,
      "--run=" + run,
      "--batch-size=8",
      "--sequence-length=10",
      "--validation=0.1"
    };
    Run rejected = Run.of(List.of(append(args, options.split(" "))));
    rejected.assertRejected();
    assertThat(rejected.err().get(0)).startsWith("charrnn: " + message);
    assertThat(run).doesNotExist();
  }

  @Test
  void labRejectsEngine() {
    Path run = directory.resolve("run");
    Run.of("lab", "--engine=spark", "--run", run)
        .assertRejected("--engine", "--engine is an option of charrnn train");
    Run.of("train", "--engine=spark", "--run", run).assertRejected("--data is missing");
    assertThat(run).doesNotExist();
  }
}
