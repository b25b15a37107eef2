package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

class InitialWeightsTest {
  @TempDir Path directory;
  private Path prefix;

  @BeforeEach
  void write() throws IOException {
    prefix = directory.resolve("model");
    Checkpoint.write(
        prefix,
        List.of(
            new VariableValue("kernel", Shape.of(1, 2), new float[] {1, 2}),
            new VariableValue("bias", Shape.of(2), new float[] {3, 4}),
            new VariableValue("kernel/Adam", Shape.of(1, 2), new float[] {5, 6})));
  }

  /** The prefix, the index file, and the directory of both. */
  @ParameterizedTest
  @ValueSource(strings = {"model", "model.index", ""})
  void checkpointIsFound(String path) {
    List<VariableValue> weights =
        InitialWeights.read(
            directory.resolve(path), shapes("bias", Shape.of(2), "kernel", Shape.of(1, 2)));
    assertThat(weights).extracting(VariableValue::name).containsExactly("bias", "kernel");
    assertThat(weights)
        .extracting(VariableValue::values)
        .containsExactly(new float[] {3, 4}, new float[] {1, 2});
  }

  @Test
  void allDifferencesAreListed() {
    Map<String, Shape> shapes = shapes("kernel", Shape.of(2, 2), "softmax_w", Shape.of(5));
    shapes.put("bias", Shape.of(2));
    assertThatThrownBy(() -> InitialWeights.read(prefix, shapes))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the checkpoint "
                + prefix
                + " is of another model: kernel has shape [1, 2], expected [2, 2], softmax_w is"
                + " missing; use the text and the settings that it was trained with");
  }

  @Test
  void missingCheckpointIsRejected() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> InitialWeights.read(missing, shapes("bias", Shape.of(2))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no checkpoint has the prefix " + missing);
  }

  @Test
  void directoryWithoutCheckpointIsRejected() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> InitialWeights.read(empty, shapes("bias", Shape.of(2))))
        .isInstanceOf(InputException.class)
        .hasMessage("the directory " + empty + " has 0 checkpoints; use the prefix of one");
  }

  @Test
  void directoryWithTwoCheckpointsIsRejected() throws IOException {
    Checkpoint.write(
        directory.resolve("another"),
        List.of(new VariableValue("bias", Shape.of(2), new float[2])));
    assertThatThrownBy(() -> InitialWeights.read(directory, shapes("bias", Shape.of(2))))
        .isInstanceOf(InputException.class)
        .hasMessage("the directory " + directory + " has 2 checkpoints; use the prefix of one");
  }

  @Test
  void damagedCheckpointIsRejected() throws IOException {
    Files.write(Path.of(prefix + ".data-00000-of-00001"), new byte[3]);
    assertThatThrownBy(() -> InitialWeights.read(prefix, shapes("bias", Shape.of(2))))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot read the checkpoint " + prefix + ".data-00000-of-00001: ");
  }

  private static Map<String, Shape> shapes(String a, Shape shapeOfA, String b, Shape shapeOfB) {
    Map<String, Shape> shapes = shapes(a, shapeOfA);
    shapes.put(b, shapeOfB);
    return shapes;
  }

  private static Map<String, Shape> shapes(String name, Shape shape) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(name, shape);
    return shapes;
  }
}
