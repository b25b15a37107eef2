package org.charrnn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.TrainingProgress;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.LabSession;
import org.charrnn.testing.Python;
import org.charrnn.text.batches.Windows;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The original Python graph restores the checkpoint of a run and continues its training: {@code
 * src/test/python/check_checkpoint.py}.
 */
class CheckpointPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_checkpoint.py");
  private static final int STEPS_BEFORE = 20;
  private static final int STEPS_AFTER = 10;

  @TempDir private static Path directory;

  private static Python.Result result;

  @BeforeAll
  static void resumeInPython() throws IOException {
    Python python = Python.get();
    train(ExampleModel.LAB, directory.resolve("lab"));
    train(ExampleModel.DEEP, directory.resolve("deep"));
    result = python.run(SCRIPT, directory.resolve("lab"), directory.resolve("deep"));
  }

  /** Trains, saves a checkpoint, and records the losses of the steps after it. */
  private static void train(ExampleModel example, Path run) throws IOException {
    Windows windows = example.windows();
    ModelConfig network = example.config();
    try (LabSession session = example.open()) {
      IntStream.range(0, STEPS_BEFORE).forEach(step -> session.train());
      example
          .createRun(run)
          .checkpoints()
          .write(new TrainingProgress(STEPS_BEFORE, 0, null, 0), session.variables());
      float[][][] outputs = session.logits();
      List<Float> losses =
          IntStream.range(0, STEPS_AFTER).mapToObj(step -> session.train()).toList();
      Map<String, Object> expected =
          Map.of(
              "checkpoint", "checkpoints/step-" + STEPS_BEFORE + "/model",
              "classes", network.classes(),
              "hidden", network.hiddenSize(),
              "layers", network.layers(),
              "learning_rate", ExampleModel.LEARNING_RATE,
              "x", windows.inputs(),
              "y", windows.targets(),
              "outputs", outputs,
              "losses", losses);
      new ObjectMapper().writeValue(run.resolve("expected.json").toFile(), expected);
    }
  }

  @Test
  void holdsExactlyTheVariablesOfTheOriginal() {
    assertPassed("checkpoint_holds_weights_and_slots");
  }

  @Test
  void originalResumesWithTheLossesOfJava() {
    assertPassed("original_resumes_like_java");
  }

  @Test
  void allPythonChecksPass() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private static void assertPassed(String fact) {
    assertThat(result.out().lines()).contains("ok: lab: " + fact, "ok: deep: " + fact);
  }
}
