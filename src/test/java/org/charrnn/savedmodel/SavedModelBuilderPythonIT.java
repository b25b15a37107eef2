package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.graph.Operands.bool;
import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.graph.Operands.int64;
import static org.charrnn.graph.Operands.string;
import static org.charrnn.savedmodel.Structure.ragged;
import static org.charrnn.savedmodel.Structure.tensor;
import static org.charrnn.savedmodel.Structure.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Python loads a model built with this package alone, which is not a network: {@code
 * src/test/python/check_builder.py}.
 */
class SavedModelBuilderPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_builder.py");

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Python.Version.class)
  void modelIsCalledTrainedAndSavedInPython(Python.Version version) throws IOException {
    Python python = Python.get(version);
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      addLine(model);
      addGreetings(model);
      addStructures(model);
      model.list("parts", List.of("layers/line", "count"));
      model.text("note", "made in Java, é");
      model.texts("words", List.of("one", "two"));
      model.asset("read me.txt", "text".getBytes(StandardCharsets.UTF_8));
      model.write(directory.resolve("model"));
    }
    Python.Result result = python.run(SCRIPT, directory.resolve("model"));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "ok: builder: functions_are_called_by_position_and_by_name",
            "ok: builder: functions_call_other_functions",
            "ok: builder: tuples_and_ragged_tensors_are_passed_and_returned",
            "ok: builder: objects_are_found_by_name",
            "ok: builder: variables_have_their_types",
            "ok: builder: only_trainable_variables_are_trained",
            "ok: builder: signatures_have_defaults",
            "ok: builder: v1_loader_runs_the_signatures",
            "ok: builder: v1_loader_saves_and_restores",
            "ok: builder: saving_again_keeps_the_model");
  }

  /** Adds the function {@code (x w + b) factor}, where b is not trainable. */
  private static void addLine(SavedModelBuilder model) {
    ModelVariable w;
    ModelVariable b;
    try (TFloat32 slopes = TFloat32.tensorOf(StdArrays.ndCopyOf(new float[][] {{2}, {3}}));
        TFloat32 offset = TFloat32.vectorOf(10)) {
      w = model.variable("layers/line/w", slopes, true);
      b = model.variable("layers/line/b", offset, false);
    }
    ModelFunction predict =
        model.function(
            "predict",
            List.of(
                Argument.required(tensor("x", DataType.DT_FLOAT, Shape.of(-1, 2))),
                Argument.optional(tensor("factor", DataType.DT_FLOAT, Shape.scalar()), 1.0)),
            List.of(w, b),
            tensor("y", DataType.DT_FLOAT, Shape.of(-1, 1)),
            (tf, in, variables) -> {
              var line = tf.linalg.matMul(float32(in.get(0)), float32(variables.get(0)));
              var moved = tf.math.add(line, float32(variables.get(1)));
              return List.of(tf.math.mul(moved, float32(in.get(1))));
            });
    model.alias("__call__", "predict");
    model.signature(
        SavedModelBuilder.DEFAULT_SIGNATURE, predict, List.of("x", "factor"), List.of("y"));
  }

  /** Adds functions of strings, of which one calls the other, and int64 and string variables. */
  private static void addGreetings(SavedModelBuilder model) {
    ModelFunction greet =
        model.function(
            "texts/greet",
            List.of(
                Argument.required(tensor("name", DataType.DT_STRING, Shape.unknown())),
                Argument.optional(tensor("hello", DataType.DT_STRING, Shape.scalar()), "Hello "),
                Argument.optional(tensor("loud", DataType.DT_BOOL, Shape.scalar()), false)),
            List.of(),
            tensor("text", DataType.DT_STRING, Shape.unknown()),
            (tf, in, none) -> {
              var text = tf.strings.join(List.of(string(in.get(1)), string(in.get(0))));
              return List.of(tf.select(bool(in.get(2)), tf.strings.upper(text), text));
            });
    model.signature("greet", greet, List.of("name", "hello", "loud"), List.of("text"));
    ModelVariable count;
    ModelVariable names;
    try (TInt64 start = TInt64.scalarOf(1L << 40);
        TString guests = TString.vectorOf("Ann", "Bob")) {
      count = model.variable("count", start, false);
      names = model.variable("names", guests, false);
    }
    model.function(
        "greet_all",
        List.of(),
        List.of(names, count),
        tuple(
            tensor("text", DataType.DT_STRING, Shape.of(2)),
            tensor("next", DataType.DT_INT64, Shape.scalar())),
        (tf, in, variables) ->
            List.of(
                greet
                    .call(tf, List.of(variables.get(0), tf.constant("Hi "), tf.constant(true)))
                    .get(0),
                tf.math.add(int64(variables.get(1)), tf.constant(1L))));
  }

  /** Adds functions of tuples and of ragged tensors. */
  private static void addStructures(SavedModelBuilder model) {
    model.function(
        "swap",
        List.of(
            Argument.required(
                "pair",
                tuple(
                    tensor("first", DataType.DT_FLOAT, Shape.scalar()),
                    tuple(tensor("second", DataType.DT_FLOAT, Shape.scalar()))))),
        List.of(),
        tuple(
            tuple(tensor("first", DataType.DT_FLOAT, Shape.scalar())),
            tensor("second", DataType.DT_FLOAT, Shape.scalar())),
        (tf, in, none) -> List.of(in.get(1), in.get(0)));
    model.function(
        "double",
        List.of(Argument.required("rows", ragged("rows", DataType.DT_INT32))),
        List.of(),
        ragged("doubled", DataType.DT_INT32),
        (tf, in, none) -> List.of(tf.math.mul(int32(in.get(0)), tf.constant(2)), int64(in.get(1))));
  }
}
