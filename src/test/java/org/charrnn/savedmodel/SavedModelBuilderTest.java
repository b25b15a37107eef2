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

/** Models loaded in TensorFlow-Java, and the errors of the builder. */
class SavedModelBuilderTest {
  private static final Structure.TensorSpec X = tensor("x", DataType.DT_FLOAT, Shape.scalar());
  private static final Structure.TensorSpec Y = tensor("y", DataType.DT_FLOAT, Shape.scalar());

  private final SavedModelBuilder model = new SavedModelBuilder();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    model.close();
  }

  private ModelFunction identity(String name) {
    return model.function(
        name, List.of(Argument.required(X)), List.of(), Y, (tf, in, none) -> List.of(in.get(0)));
  }

  private ModelVariable variable(String name) {
    try (TFloat32 value = TFloat32.scalarOf(7)) {
      return model.variable(name, value, true);
    }
  }

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void modelWithoutVariablesIsLoaded() throws IOException {
    model.signature(
        SavedModelBuilder.DEFAULT_SIGNATURE, identity("same"), List.of("x"), List.of("y"));
    model.write(directory);
    try (var bundle = SavedModelBundle.load(directory.toString(), SavedModelBuilder.SERVE_TAG);
        var x = TFloat32.scalarOf(3);
        var result = bundle.function(SavedModelBuilder.DEFAULT_SIGNATURE).call(Map.of("x", x))) {
      assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(3);
    }
  }

  /** Python's loader passes the same value: {@code check_functions.py}. */
  @Test
  void signatureCanLeaveOutArgumentsWithDefaults() throws IOException {
    ModelFunction sum =
        model.function(
            "sum",
            List.of(Argument.required(X), Argument.optional(Y, 4)),
            List.of(),
            tensor("z", DataType.DT_FLOAT, Shape.scalar()),
            (tf, in, none) -> List.of(tf.math.add(float32(in.get(0)), float32(in.get(1)))));
    model.signature("short", sum, List.of("x"), List.of("z"));
    model.signature("long", sum, List.of("x", "y"), List.of("z"));
    assertRejected(
        () -> model.signature("none", sum, List.of(), List.of("z")),
        "got 0 names [] for 2 tensors");
    model.write(directory);
    try (var bundle = SavedModelBundle.load(directory.toString(), SavedModelBuilder.SERVE_TAG);
        var three = TFloat32.scalarOf(3);
        var shorter = bundle.function("short").call(Map.of("x", three));
        var longer = bundle.function("long").call(Map.of("x", three, "y", three))) {
      assertThat(((TFloat32) shorter.get(0)).getFloat()).isEqualTo(7);
      assertThat(((TFloat32) longer.get(0)).getFloat()).isEqualTo(6);
    }
  }

  /** The example of the package documentation, verbatim. */
  @Test
  void exampleOfTheDocumentationIsLoaded() throws IOException {
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
        .hasMessage("the model was already written; use a new builder");
  }

  @Test
  void duplicateAndEmptyNamesAreRejected() {
    variable("w");
    assertRejected(() -> variable("w"), "an object of the model has two attributes named w");
    assertRejected(() -> identity("w"), "an object of the model has two attributes named w");
    assertRejected(
        () -> variable("variables/w/x/"), "the name of an attribute of the model is empty");
  }

  @Test
  void variablesHaveNoAttributes() {
    variable("w");
    assertRejected(
        () -> identity("w/same"), "same cannot be an attribute of a variable, function or asset");
  }

  @Test
  void missingPathsAreRejected() {
    assertRejected(() -> model.alias("__call__", "same"), "the model has no object at same");
    assertRejected(() -> model.list("parts", List.of("a/b")), "the model has no object at a/b");
  }

  @Test
  void defaultsMustBeScalarsOfTheirTypeAndComeLast() {
    assertRejected(
        () -> Argument.optional(X, "1"), "the default of x must have the type float, got 1");
    assertRejected(
        () -> Argument.optional(tensor("n", DataType.DT_INT32, Shape.scalar()), 1.5),
        "the default of n must have the type int32, got 1.5");
    assertRejected(
        () -> Argument.optional(tensor("v", DataType.DT_FLOAT, Shape.of(2)), 1),
        "v is not a scalar, so it cannot have a default");
    assertRejected(
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
  void resultMustMatchItsDeclaration() {
    assertRejected(
        () ->
            model.function("f", List.of(), List.of(), Y, (tf, in, none) -> List.of(tf.constant(1))),
        "the result of f is declared as [DT_FLOAT], but its body returns [DT_INT32]");
    assertRejected(
        () -> model.function("f", List.of(), List.of(), Y, (tf, in, none) -> List.of()),
        "the result of f is declared as [DT_FLOAT], but its body returns []");
  }

  @Test
  void tensorsMustHaveValidAndDistinctNames() {
    assertRejected(
        () ->
            model.function(
                "f",
                List.of(Argument.required(X), Argument.required(X)),
                List.of(),
                Y,
                (tf, in, none) -> List.of(in.get(0))),
        "two tensors of f are named x");
    assertRejected(
        () -> tensor("a b", DataType.DT_FLOAT, Shape.scalar()),
        "the name of a tensor must be a letter, then letters, digits and _, got 'a b'");
    assertRejected(
        () -> model.signature("s", identity("same"), List.of("a", "b"), List.of("y")),
        "got 2 names [a, b] for 1 tensors");
  }

  @Test
  void functionsThatReadVariablesCannotBeCalledByOthers() {
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
  void assetNamesWithDirectoriesAreRejected() {
    assertRejected(
        () -> model.asset("a/b", new byte[0]),
        "the name of an asset cannot contain directories: a/b");
  }
}
