package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.charrnn.graph.Operands.float32;
import static org.charrnn.savedmodel.Structure.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** What TensorFlow-Java finds in a model, and what is refused of those who build one. */
class SavedModelBuilderTest {
  private static final Structure.TensorSpec X = tensor("x", DataType.DT_FLOAT, Shape.scalar());
  private static final Structure.TensorSpec Y = tensor("y", DataType.DT_FLOAT, Shape.scalar());

  private final SavedModelBuilder model = new SavedModelBuilder();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    model.close();
  }

  private ModelFunction same(String name) {
    return model.function(
        name, List.of(Argument.required(X)), List.of(), Y, (tf, in, none) -> List.of(in.get(0)));
  }

  private ModelVariable variable(String name) {
    try (TFloat32 value = TFloat32.scalarOf(7)) {
      return model.variable(name, value, true);
    }
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void modelWithoutVariablesIsOneToo() throws IOException {
    model.signature(SavedModelBuilder.DEFAULT_SIGNATURE, same("same"), List.of("x"), List.of("y"));
    model.write(directory);
    try (var bundle = SavedModelBundle.load(directory.toString(), SavedModelBuilder.SERVE_TAG);
        var x = TFloat32.scalarOf(3);
        var result = bundle.function(SavedModelBuilder.DEFAULT_SIGNATURE).call(Map.of("x", x))) {
      assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(3);
    }
  }

  /** The example of the package's documentation, word by word. */
  @Test
  void exampleIsAModel() throws IOException {
    try (TFloat32 start = TFloat32.tensorOf(StdArrays.ndCopyOf(new float[][] {{2}, {3}}));
        SavedModelBuilder model = new SavedModelBuilder()) {
      var w = model.variable("w", start, true);
      var x = tensor("x", DataType.DT_FLOAT, Shape.of(-1, 2));
      var y = tensor("y", DataType.DT_FLOAT, Shape.of(-1, 1));
      var predict =
          model.function(
              "predict",
              List.of(Argument.required(x)),
              List.of(w),
              y,
              (tf, in, variables) ->
                  List.of(tf.linalg.matMul(float32(in.get(0)), float32(variables.get(0)))));
      model.signature(SavedModelBuilder.DEFAULT_SIGNATURE, predict, List.of("x"), List.of("y"));
      model.write(directory);
    }
    try (var bundle = SavedModelBundle.load(directory.toString());
        var x = TFloat32.tensorOf(StdArrays.ndCopyOf(new float[][] {{1, 1}}));
        var result = bundle.call(Map.of("x", x))) {
      assertThat(((TFloat32) result.get(0)).getFloat(0, 0)).isEqualTo(5);
    }
  }

  @Test
  void modelIsWrittenOnce() throws IOException {
    model.write(directory);
    assertThatThrownBy(() -> model.write(directory.resolve("again")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model was written before");
  }

  @Test
  void namesAreGivenOnce() {
    variable("w");
    assertRefused(() -> variable("w"), "an object of the model holds two things named w");
    assertRefused(() -> same("w"), "an object of the model holds two things named w");
    assertRefused(() -> variable("variables/w/x/"), "what an object of the model holds has a name");
  }

  @Test
  void onlyObjectsHoldOthers() {
    variable("w");
    assertRefused(
        () -> same("w/same"), "same is to be held by what is no object, such as a variable");
  }

  @Test
  void whatIsNamedMustBeThere() {
    assertRefused(() -> model.alias("__call__", "same"), "the model has nothing at same");
    assertRefused(() -> model.list("parts", List.of("a/b")), "the model has nothing at a/b");
  }

  @Test
  void defaultsAreScalarsOfTheirTypeAndComeLast() {
    assertRefused(() -> Argument.optional(X, "1"), "x of type float has no default like 1");
    assertRefused(
        () -> Argument.optional(tensor("n", DataType.DT_INT32, Shape.scalar()), 1.5),
        "n of type int32 has no default like 1.5");
    assertRefused(
        () -> Argument.optional(tensor("v", DataType.DT_FLOAT, Shape.of(2)), 1),
        "v is no scalar, so it has no default");
    assertRefused(
        () ->
            model.function(
                "f",
                List.of(Argument.optional(X, 1), Argument.required(Y)),
                List.of(),
                tensor("z", DataType.DT_FLOAT, Shape.scalar()),
                (tf, in, none) -> List.of(in.get(0))),
        "y of f needs a default, as the argument before it has one");
  }

  @Test
  void resultIsWhatWasAnnounced() {
    assertRefused(
        () ->
            model.function("f", List.of(), List.of(), Y, (tf, in, none) -> List.of(tf.constant(1))),
        "the result of f was announced as [DT_FLOAT], its body gives [DT_INT32]");
    assertRefused(
        () -> model.function("f", List.of(), List.of(), Y, (tf, in, none) -> List.of()),
        "the result of f was announced as [DT_FLOAT], its body gives []");
  }

  @Test
  void tensorsAreNamedApart() {
    assertRefused(
        () ->
            model.function(
                "f",
                List.of(Argument.required(X), Argument.required(X)),
                List.of(),
                Y,
                (tf, in, none) -> List.of(in.get(0))),
        "two tensors of f are named x");
    assertRefused(
        () -> tensor("a b", DataType.DT_FLOAT, Shape.scalar()),
        "the name of a tensor is a letter, then letters, digits and _, got 'a b'");
    assertRefused(
        () -> model.signature("s", same("same"), List.of("a", "b"), List.of("y")),
        "2 names [a, b] for 1 tensors");
  }

  @Test
  void functionsThatReadVariablesAreNotCalledByOthers() {
    ModelFunction reads =
        model.function(
            "reads",
            List.of(),
            List.of(variable("w")),
            Y,
            (tf, in, variables) -> List.of(variables.get(0)));
    assertThatThrownBy(
            () ->
                model.function(
                    "calls", List.of(), List.of(), Y, (tf, in, none) -> reads.call(tf, List.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reads variables, so no other function can call it");
  }

  @Test
  void assetsHaveNoDirectories() {
    assertRefused(
        () -> model.asset("a/b", new byte[0]), "the name of an asset has no directories: a/b");
  }
}
