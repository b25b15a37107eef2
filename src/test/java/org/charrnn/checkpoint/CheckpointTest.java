package org.charrnn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

class CheckpointTest {
  private static final String DATA = ".data-00000-of-00001";
  private static final String INDEX = ".index";

  private static final float[] KERNEL = {
    1, -2, 3.5f, Float.MIN_VALUE, Float.MAX_VALUE, -0f, Float.NaN, Float.NEGATIVE_INFINITY
  };

  @TempDir Path directory;
  private Path prefix;

  @BeforeEach
  void write() throws IOException {
    prefix = directory.resolve("model");
    Checkpoint.write(
        prefix,
        List.of(
            new VariableValue("rnn/cell_0/kernel", Shape.of(2, 4), KERNEL),
            new VariableValue("beta1_power", Shape.scalar(), new float[] {0.9f}),
            new VariableValue("softmax_b", Shape.of(3), new float[] {7, 8, 9})));
  }

  @Test
  void valuesAreReadBackBitForBit() throws IOException {
    List<String> names = List.of("softmax_b", "rnn/cell_0/kernel", "beta1_power");
    List<VariableValue> read = Checkpoint.read(prefix, names);
    assertThat(read).extracting(VariableValue::name).isEqualTo(names);
    assertThat(read)
        .extracting(VariableValue::shape)
        .containsExactly(Shape.of(3), Shape.of(2, 4), Shape.scalar());
    assertThat(read)
        .extracting(VariableValue::values)
        .containsExactly(new float[] {7, 8, 9}, KERNEL, new float[] {0.9f});
  }

  @Test
  void variablesCanBeReadWithoutTheOthers() throws IOException {
    assertThat(Checkpoint.read(prefix, List.of("beta1_power"))).hasSize(1);
  }

  @Test
  void shapesAreSortedByName() throws IOException {
    assertThat(Checkpoint.shapes(prefix).toString())
        .isEqualTo("{beta1_power=[], rnn/cell_0/kernel=[2, 4], softmax_b=[3]}");
  }

  @Test
  void filesAreNamedAsInTensorFlow() throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("model" + INDEX, "model" + DATA);
    }
  }

  @Test
  void missingCheckpointIsRejected() {
    Path nowhere = directory.resolve("nowhere");
    String message = nowhere + ".index: no checkpoint has the prefix " + nowhere;
    assertThatThrownBy(() -> Checkpoint.shapes(nowhere))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Checkpoint.read(nowhere, List.of("softmax_b")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(message);
  }

  @Test
  void unknownVariableIsRejected() {
    assertThatThrownBy(() -> Checkpoint.read(prefix, List.of("softmax_b", "softmax_c")))
        .isInstanceOf(IOException.class)
        .hasMessage("the checkpoint " + prefix + " has no variable softmax_c");
  }

  @Test
  void missingDataFileIsRejected() throws IOException {
    Files.delete(Path.of(prefix + DATA));
    assertUnreadable(DATA);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 47})
  void truncatedDataFileIsRejected(int length) throws IOException {
    truncate(DATA, length);
    assertUnreadable(DATA);
  }

  @Test
  void corruptDataFileIsRejected() throws IOException {
    flipByte(DATA, 5);
    assertUnreadable(DATA);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 47, 100})
  void truncatedIndexFileIsRejected(int length) throws IOException {
    truncate(INDEX, length);
    assertUnreadable(INDEX);
    assertShapesUnreadable();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 60})
  void corruptIndexFileIsRejected(int offset) throws IOException {
    flipByte(INDEX, offset);
    assertUnreadable(INDEX);
    assertShapesUnreadable();
  }

  @Test
  void fileThatIsNoIndexIsRejected() throws IOException {
    Files.writeString(Path.of(prefix + INDEX), "not an index at all, but some text. ".repeat(10));
    assertUnreadable(INDEX);
    assertShapesUnreadable();
  }

  private void truncate(String extension, int length) throws IOException {
    Path file = Path.of(prefix + extension);
    byte[] whole = Files.readAllBytes(file);
    assertThat(length).isLessThan(whole.length);
    Files.write(file, Arrays.copyOf(whole, length));
  }

  private void flipByte(String extension, int offset) throws IOException {
    Path file = Path.of(prefix + extension);
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= (byte) 0xff;
    Files.write(file, bytes);
  }

  private void assertUnreadable(String extension) {
    assertThatThrownBy(() -> Checkpoint.read(prefix, List.of("rnn/cell_0/kernel", "softmax_b")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the checkpoint " + prefix + extension + ": ")
        .hasMessageNotContaining("\n");
  }

  private void assertShapesUnreadable() {
    assertThatThrownBy(() -> Checkpoint.shapes(prefix))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the checkpoint " + prefix + INDEX + ": ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void unwritablePathIsRejected() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    Path under = file.resolve("model");
    assertThatThrownBy(
            () ->
                Checkpoint.write(
                    under, List.of(new VariableValue("x", Shape.scalar(), new float[1]))))
        .isInstanceOf(IOException.class)
        .hasMessage("Not a directory");
  }

  @Test
  void valuesThatDoNotMatchTheShapeAreRejected() {
    assertThatThrownBy(() -> new VariableValue("x", Shape.of(2, 3), new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x of shape [2, 3] has 6 elements, got 5");
  }
}
