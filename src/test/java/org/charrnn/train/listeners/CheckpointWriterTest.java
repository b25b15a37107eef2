package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.TrainingProgress;
import org.charrnn.testing.ExampleModel;
import org.charrnn.train.FakeTrainer;
import org.charrnn.train.Report;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {
  @TempDir Path directory;

  private final FakeTrainer trainer = new FakeTrainer(10, 1);
  private RunCheckpoints checkpoints;

  @BeforeEach
  void createRun() throws IOException {
    checkpoints = ExampleModel.LAB.createRun(directory).checkpoints();
  }

  private List<String> written() throws IOException {
    Path parent = directory.resolve("checkpoints");
    if (!Files.exists(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .sorted()
          .toList();
    }
  }

  /** So that a training that is killed before its first save can be resumed. */
  @Test
  void newTrainingWritesCheckpointBeforeItsFirstStep() throws IOException {
    new CheckpointWriter(checkpoints, trainer).onStart(TrainingProgress.START);
    assertThat(written()).containsExactly("step-0");
  }

  @Test
  void resumedTrainingWritesNoneAtItsStart() throws IOException {
    new CheckpointWriter(checkpoints, trainer).onStart(new TrainingProgress(5, 0, null, 0));
    assertThat(written()).isEmpty();
  }

  @Test
  void saveWritesProgressAndVariables() throws Exception {
    CheckpointWriter writer = new CheckpointWriter(checkpoints, trainer);
    writer.onStart(TrainingProgress.START);
    trainer.train(0, 7);
    TrainingProgress progress = new TrainingProgress(7, 7, 1.5f, 0);
    writer.onReport(new Report(7, null, true, progress));
    assertThat(written()).containsExactly("step-0");
    writer.onSave(new Report(7, null, true, progress));
    assertThat(written()).containsExactly("step-0", "step-7");
    assertThat(RunCheckpoints.progress(checkpoints.latest())).isEqualTo(progress);
    List<VariableValue> saved =
        RunCheckpoints.read(checkpoints.latest(), List.of("weight", "other"));
    assertThat(saved).allSatisfy(value -> assertThat(value.values()).containsExactly(7));
  }

  @Test
  void lateValidationReplacesTheProgress() throws Exception {
    CheckpointWriter writer = new CheckpointWriter(checkpoints, trainer);
    trainer.train(0, 7);
    TrainingProgress due = new TrainingProgress(7, 0, null, 0).withValidationDue();
    writer.onSave(new Report(7, null, true, due));
    assertThat(RunCheckpoints.progress(checkpoints.latest())).isEqualTo(due);
    writer.onStart(due);
    writer.onLateValidation(due.next(7, 1.5f), 1.5);
    assertThat(RunCheckpoints.progress(checkpoints.latest()))
        .isEqualTo(new TrainingProgress(7, 7, 1.5f, 0));
    assertThat(directory.resolve("checkpoints/best")).hasContent("step-7");
  }
}
