package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

class RunCheckpointsTest {
  @TempDir Path directory;
  private Path path;
  private RunCheckpoints checkpoints;

  @BeforeEach
  void create() {
    path = directory.resolve("checkpoints");
    checkpoints = new RunCheckpoints(path);
  }

  /** Writes a checkpoint whose variable x is the step. */
  private void write(long step, long bestStep, Float bestNats) throws IOException {
    checkpoints.write(
        new TrainingProgress(step, bestStep, bestNats, 0),
        List.of(new VariableValue("x", Shape.scalar(), new float[] {(float) step})));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void checkpointRoundTrips() throws IOException {
    write(7, 5, 1.5f);
    assertThat(checkpoints.latest()).isEqualTo(path.resolve("step-7"));
    assertThat(RunCheckpoints.progress(checkpoints.latest()))
        .isEqualTo(new TrainingProgress(7, 5, 1.5f, 0));
    assertThat(RunCheckpoints.read(checkpoints.latest(), List.of("x")).get(0).values())
        .containsExactly(7);
  }

  @Test
  void newestFiveAndTheBestAreKept() throws IOException {
    for (long step = 1; step <= 9; step++) {
      write(step, Math.min(step, 2), 1f);
    }
    assertThat(names())
        .containsExactly(
            "best", "latest", "step-2", "step-5", "step-6", "step-7", "step-8", "step-9");
    assertThat(path.resolve("latest")).hasContent("step-9\n");
    assertThat(path.resolve("best")).hasContent("step-2\n");
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-2"));
  }

  /** Resumed with another text for validation, or without. */
  @Test
  void bestNamesTheBestCheckpointOfTheProgress() throws IOException {
    write(1, 1, 1f);
    write(2, 1, 1f);
    write(3, 2, 5f);
    assertThat(path.resolve("best")).hasContent("step-2\n");
    write(4, 0, null);
    assertThat(path.resolve("best")).doesNotExist();
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-4"));
  }

  @Test
  void stepsAreOrderedAsNumbers() throws IOException {
    write(9, 0, null);
    write(10, 0, null);
    assertThat(checkpoints.latest()).isEqualTo(path.resolve("step-10"));
  }

  /** Step 10 was the best, and was deleted when step 30 was better. */
  @Test
  void deletedBestIsReplacedByTheBestOfTheOthers() throws IOException {
    writeHistory("10,1", "20,3", "25,", "30,2.5", "40,2.75", "50,0.5");
    write(20, 10, 1f);
    write(30, 10, 1f);
    write(40, 10, 1f);
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-30"));
    assertThat(checkpoints.withExistingBest(RunCheckpoints.progress(path.resolve("step-40"))))
        .isEqualTo(new TrainingProgress(40, 30, 2.5f, 1));
    assertThat(path.resolve("best")).hasContent("step-30\n");
  }

  @Test
  void deletedBestIsForgottenIfNoOtherWasValidated() throws IOException {
    writeHistory("10,1", "50,0.5");
    write(20, 10, 1f);
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-20"));
    assertThat(checkpoints.withExistingBest(RunCheckpoints.progress(path.resolve("step-20"))))
        .isEqualTo(new TrainingProgress(20, 0, null, 0));
    Files.writeString(path.resolve("best"), "step-10\n");
    checkpoints.updatePointers();
    assertThat(path.resolve("best")).doesNotExist();
  }

  /** Writes steps with their validation losses. */
  private void writeHistory(String... rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of("step,mean_loss_nats,validation_nats,epoch"));
    for (String row : rows) {
      String[] cells = row.split(",", -1);
      lines.add(cells[0] + ",1.0," + cells[1] + ",0.5");
    }
    Files.write(directory.resolve("history.csv"), lines);
  }

  @Test
  void bestWithoutValidationIsTheLatest() throws IOException {
    write(10, 0, null);
    write(20, 0, null);
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-20"));
    assertThat(path.resolve("best")).doesNotExist();
  }

  @Test
  void bestIsReadFromTheFileIfTheLatestCheckpointIsDamaged() throws IOException {
    write(10, 10, 1f);
    write(20, 10, 1f);
    Files.writeString(path.resolve("step-20/progress.json"), "{");
    assertThat(checkpoints.best()).isEqualTo(path.resolve("step-10"));
    Files.writeString(path.resolve("best"), "step-1"); // truncated
    assertThatThrownBy(() -> checkpoints.best())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("progress.json is damaged")
        .hasMessageEndingWith("; the run has other checkpoints: " + path.resolve("step-10"));
  }

  /** A training was killed after it wrote a checkpoint and before it wrote the other files. */
  @Test
  void pointersAreUpdatedToTheNewestCheckpoint() throws IOException {
    write(10, 10, 2f);
    write(20, 20, 1f);
    Files.writeString(path.resolve("latest"), "step-10\n");
    Files.writeString(path.resolve("best"), "step-10\n");
    checkpoints.updatePointers();
    assertThat(path.resolve("latest")).hasContent("step-20\n");
    assertThat(path.resolve("best")).hasContent("step-20\n");
  }

  @Test
  void runWithoutCheckpointsIsRejected() {
    assertThatThrownBy(() -> checkpoints.latest())
        .isInstanceOf(InputException.class)
        .hasMessage("there is no checkpoint in " + path + "; start a new training");
  }

  @Test
  void missingVariableIsRejectedWithOtherCheckpoints() throws IOException {
    write(10, 0, null);
    write(20, 0, null);
    assertThatThrownBy(() -> RunCheckpoints.read(path.resolve("step-20"), List.of("y")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no variable y")
        .hasMessageEndingWith("; the run has other checkpoints: " + path.resolve("step-10"));
  }

  @Test
  void otherCheckpointsAreListedForCheckpointNamedByDot() throws IOException {
    write(10, 0, null);
    write(20, 0, null);
    Path dot = path.resolve("step-20").resolve(".");
    assertThatThrownBy(() -> RunCheckpoints.read(dot, List.of("y")))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("; the run has other checkpoints: " + path.resolve("step-10"));
  }

  @Test
  void checkpointIsRecognizedEvenIfItsFilesAreMissing() throws IOException {
    write(10, 0, null);
    Path checkpoint = path.resolve("step-10");
    assertThat(RunCheckpoints.isCheckpoint(checkpoint)).isTrue();
    Files.delete(checkpoint.resolve("progress.json"));
    assertThat(RunCheckpoints.isCheckpoint(checkpoint)).isTrue();
    assertThat(RunCheckpoints.isCheckpoint(path)).isFalse();
    assertThat(RunCheckpoints.runOf(checkpoint)).isEqualTo(directory);
  }

  /** The loss of the best validation was 2 at step 10, with one validation after it. */
  @ParameterizedTest
  @CsvSource({"1.5, 20, 1.5, 0", "2, 10, 2, 2", "3, 10, 2, 2", ", 10, 2, 1"})
  void progressCountsValidationsSinceTheBest(
      Float nats, long bestStep, float bestNats, int validationsSinceBest) {
    assertThat(new TrainingProgress(15, 10, 2f, 1).next(20, nats))
        .isEqualTo(new TrainingProgress(20, bestStep, bestNats, validationsSinceBest));
  }

  @Test
  void firstValidationIsTheBest() {
    assertThat(TrainingProgress.START.next(5, null)).isEqualTo(new TrainingProgress(5, 0, null, 0));
    assertThat(TrainingProgress.START.next(5, 9f)).isEqualTo(new TrainingProgress(5, 5, 9f, 0));
  }

  /** Files of earlier versions lack it, and earlier versions read files without it. */
  @Test
  void abandonedValidationIsInTheFileOnlyIfThereIsOne() throws IOException {
    write(7, 5, 1.5f);
    Path file = path.resolve("step-7/progress.json");
    assertThat(file).content().doesNotContain("validation_due");
    TrainingProgress due = new TrainingProgress(8, 5, 1.5f, 0).withValidationDue();
    checkpoints.write(due, List.of(new VariableValue("x", Shape.scalar(), new float[1])));
    assertThat(path.resolve("step-8/progress.json"))
        .content()
        .contains("\"validation_due\" : true");
    assertThat(RunCheckpoints.progress(checkpoints.latest())).isEqualTo(due);
    assertThat(due.next(9, 2f)).isEqualTo(new TrainingProgress(9, 5, 1.5f, 1));
  }
}
