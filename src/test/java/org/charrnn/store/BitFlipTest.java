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
import org.charrnn.model.InferenceModel;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.RandomWeights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/**
 * One bit of one file is another one: the model that is read is the one that was written, or the
 * file is named. Never is it another model.
 */
class BitFlipTest {
  /** Of a larger file so many bytes, of a smaller one all. */
  private static final int MOST_FLIPS = 1000;

  private static final ExampleModel MODEL = ExampleModel.DEEP;
  private static final Map<String, Shape> SHAPES = InferenceModel.weightShapes(MODEL.config());

  @TempDir private static Path run;

  /** All that decides what a model says, and where it goes on. */
  private record Content(
      RunConfig config,
      List<String> tokens,
      List<List<Float>> weights,
      List<TrainingProgress> progress,
      Path latest) {}

  private static Content runBefore;
  private static Content savedModelBefore;

  @BeforeAll
  static void write() throws IOException {
    RunDirectory directory = MODEL.createRun(run);
    List<VariableValue> weights = RandomWeights.of(SHAPES);
    for (int step : new int[] {10, 20, 30}) { // the best is not the latest
      float validation = step == 20 ? 1.5f : 2.5f;
      TrainingProgress progress =
          new TrainingProgress(step, Math.min(step, 20), Math.min(validation, 2), 0);
      directory.checkpoints().write(progress, weights);
      weights.forEach(weight -> weight.values()[0]++);
    }
    directory.writeSavedModel(weights);
    runBefore = readRun();
    savedModelBefore = readSavedModel();
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
  void theModelIsTheSameOrTheFileIsNamed(String name) throws IOException {
    Path file = run.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(1);
    int[] places =
        whole.length <= MOST_FLIPS
            ? IntStream.range(0, whole.length).toArray()
            : random.ints(MOST_FLIPS, 0, whole.length).toArray();
    boolean ofRun = !name.startsWith("saved_model");
    int told = 0;
    try {
      for (int place : places) {
        byte[] damaged = whole.clone();
        damaged[place] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, damaged);
        try {
          assertThat(ofRun ? readRun() : readSavedModel())
              .as("byte %d of %s", place, name)
              .isEqualTo(ofRun ? runBefore : savedModelBefore);
        } catch (InputException e) {
          told++;
          assertThat(e.getMessage()).as("byte %d", place).contains(file.getFileName().toString());
        }
      }
    } finally {
      Files.write(file, whole);
    }
    System.err.printf("%s: of %d flips %d were told%n", name, places.length, told);
  }
}
