package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.LargeWeights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/**
 * Flips single bits of a run's files. Either the model that is read is the one that was written, or
 * there is an error that names the file. Another model is never read.
 */
class BitFlipTest {
  /** Flips in a file; smaller files get one in each byte. */
  private static final int MAX_FLIPS = 1000;

  private static final ExampleModel MODEL = ExampleModel.DEEP;
  private static final Map<String, Shape> SHAPES = MODEL.config().weightShapes();

  @TempDir private static Path run;

  /** Everything that determines the output of a model and how its training resumes. */
  private record Content(
      RunConfig config,
      List<String> tokens,
      List<List<Float>> weights,
      List<TrainingProgress> progress,
      Path latest) {}

  private static Content writtenRun;
  private static Content writtenSavedModel;

  @BeforeAll
  static void write() throws IOException {
    RunDirectory directory = MODEL.createRun(run);
    List<VariableValue> weights = LargeWeights.of(SHAPES);
    for (int step : new int[] {10, 20, 30}) { // the best is not the latest
      float validation = step == 20 ? 1.5f : 2.5f;
      TrainingProgress progress =
          new TrainingProgress(step, Math.min(step, 20), Math.min(validation, 2), 0);
      directory.checkpoints().write(progress, weights);
      weights.forEach(weight -> weight.values()[0]++);
    }
    directory.writeSavedModel(weights);
    writtenRun = readRun();
    writtenSavedModel = readSavedModel();
  }

  private static Content readRun() {
    Path latest = RunDirectory.open(run).checkpoints().latest();
    TrainedModel best = TrainedModel.open(run);
    return read(
        best, List.of(best.progress().orElseThrow(), RunCheckpoints.progress(latest)), latest);
  }

  private static Content readSavedModel() {
    return read(TrainedModel.open(run.resolve("saved_model")), List.of(), null);
  }

  private static Content read(TrainedModel model, List<TrainingProgress> progress, Path latest) {
    List<List<Float>> weights = new ArrayList<>();
    for (VariableValue weight : model.weights(SHAPES)) {
      float[] values = weight.values();
      weights.add(IntStream.range(0, values.length).mapToObj(i -> values[i]).toList());
    }
    return new Content(model.config(), model.vocabulary().tokens(), weights, progress, latest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "vocabulary.json",
        "checkpoints/best",
        "checkpoints/latest",
        "checkpoints/step-20/model.index",
        "checkpoints/step-20/model.data-00000-of-00001",
        "checkpoints/step-20/progress.json",
        "checkpoints/step-30/progress.json",
        "saved_model/saved_model.pb",
        "saved_model/variables/variables.index",
        "saved_model/variables/variables.data-00000-of-00001",
        "saved_model/assets/config.json",
        "saved_model/assets/vocabulary.json",
        "saved_model/assets/SHA256SUMS"
      })
  void modelIsUnchangedOrFileIsNamed(String name) throws IOException {
    Path file = run.resolve(name);
    byte[] original = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(1);
    int[] positions =
        original.length <= MAX_FLIPS
            ? IntStream.range(0, original.length).toArray()
            : random.ints(MAX_FLIPS, 0, original.length).toArray();
    boolean isOfRun = !name.startsWith("saved_model");
    int errors = 0;
    try {
      for (int position : positions) {
        byte[] damaged = original.clone();
        damaged[position] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, damaged);
        try {
          assertThat(isOfRun ? readRun() : readSavedModel())
              .as("byte %d of %s", position, name)
              .isEqualTo(isOfRun ? writtenRun : writtenSavedModel);
        } catch (InputException e) {
          errors++;
          assertThat(e.getMessage())
              .as("byte %d", position)
              .contains(file.getFileName().toString());
        }
      }
    } finally {
      Files.write(file, original);
    }
    System.err.printf("%s: %d of %d flips were errors%n", name, errors, positions.length);
  }
}
