package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.GenerationModel;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.testing.ExampleModel;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;

/**
 * A trained model and the SavedModel written of it.
 *
 * @param path the SavedModel
 */
record Exported(ExampleModel model, List<VariableValue> weights, Path path) {
  /**
   * The same operations, perhaps added up in another order: logits stay below 20, where
   * neighbouring floats are 2e-6 apart.
   */
  private static final Offset<Float> FLOAT_NOISE = within(1e-5f);

  /** Trains a model and exports it. */
  static Exported create(ExampleModel model, int steps, Path run) throws IOException {
    List<VariableValue> weights = model.train(steps);
    RunDirectory directory = model.createRun(run);
    directory.writeSavedModel(weights);
    return new Exported(model, weights, directory.savedModel());
  }

  /** Random ids of several shapes, each {@code [batch][time]}; the longest come last. */
  Stream<int[][]> batches() {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.of(Shape.of(1, 1), Shape.of(2, ExampleModel.SEQUENCE_LENGTH), Shape.of(3, 57))
        .map(shape -> ids(random, (int) shape.get(0), (int) shape.get(1)));
  }

  private int[][] ids(SplittableRandom random, int batch, int time) {
    return IntStream.range(0, batch)
        .mapToObj(row -> random.ints(time, 0, model.config().classes()).toArray())
        .toArray(int[][]::new);
  }

  /** Name and shape of each weight. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    weights.forEach(weight -> shapes.put(weight.name(), weight.shape()));
    return shapes;
  }

  /** The logits of the training graph, {@code [batch][time][classes]}. */
  float[][][] logits(int[][] x) {
    return model.logits(weights, x);
  }

  /** Holds a SavedModel against the training graph. */
  void assertLogitsOf(Path savedModel) {
    try (LoadedModel loaded = new LoadedModel(savedModel)) {
      batches().forEach(x -> assertSame(loaded.logits(x), logits(x)));
    }
  }

  /** Holds a SavedModel, token by token, against the training graph. */
  void assertStepsOf(Path savedModel) {
    int[][] x = batches().reduce((first, last) -> last).orElseThrow();
    try (LoadedModel loaded = new LoadedModel(savedModel)) {
      assertSame(new float[][][] {loaded.logitsByStep(x[0])}, logits(new int[][] {x[0]}));
    }
  }

  /** Holds what a SavedModel writes against what this program writes with the same weights. */
  void assertTextsOf(Path savedModel) {
    Vocabulary vocabulary = model.vocabulary();
    String prime = model.text().substring(0, 5);
    StringBuilder expected = new StringBuilder(prime);
    try (GenerationModel generation =
        new GenerationModel(model.config(), vocabulary, new SamplingConfig(0.7, 5, 1, false))) {
      generation.setWeights(weights);
      generation.generate(
          vocabulary.encode(prime), 60, 1, 3, (row, id) -> expected.append(vocabulary.token(id)));
    }
    try (LoadedModel loaded = new LoadedModel(savedModel)) {
      assertThat(loaded.generate(List.of(prime, ""), 60, 0.7f, 5, 3))
          .hasSize(2)
          .startsWith(expected.toString());
    }
  }

  private static void assertSame(float[][][] actual, float[][][] expected) {
    assertThat(actual.length).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(actual[row]).hasSameDimensionsAs(expected[row]);
      for (int time = 0; time < expected[row].length; time++) {
        assertThat(actual[row][time])
            .as("row %d, time step %d", row, time)
            .containsExactly(expected[row][time], FLOAT_NOISE);
      }
    }
  }
}
