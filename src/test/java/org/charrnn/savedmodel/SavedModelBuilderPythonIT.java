package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.graph.Operands.bool;
import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.string;
import static org.charrnn.savedmodel.Structure.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * The library by itself, with models that are no networks: {@code
 * src/test/python/check_builder.py}.
 */
class SavedModelBuilderPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_builder.py");

  @TempDir private Path directory;

  @Test
  void lineAndGreetingAreCalledTrainedAndSavedAgainInPython() throws IOException {
    Python python = Python.get();
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      ModelVariable w =
          model.variable(
              new VariableValue("layers/line/w", Shape.of(2, 1), new float[] {2, 3}), true);
      ModelVariable b =
          model.variable(new VariableValue("layers/line/b", Shape.of(1), new float[] {10}), false);
      ModelFunction predict =
          model.function(
              "predict",
              List.of(
                  Argument.required(tensor("x", DataType.DT_FLOAT, Shape.of(-1, 2))),
                  Argument.optional(tensor("factor", DataType.DT_FLOAT, Shape.scalar()), 1.0)),
              List.of(w, b),
              tensor("y", DataType.DT_FLOAT, Shape.of(-1, 1)),
              (tf, in, values) -> {
                var line = tf.linalg.matMul(float32(in.get(0)), values.get(0));
                return List.of(tf.math.mul(tf.math.add(line, values.get(1)), float32(in.get(1))));
              });
      model.alias("__call__", "predict");
      model.signature(
          SavedModelBuilder.DEFAULT_SIGNATURE, predict, List.of("x", "factor"), List.of("y"));
      ModelFunction greet =
          model.function(
              "greet",
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
      model.function(
          "swap",
          List.of(
              Argument.required(
                  "pair",
                  Structure.tuple(
                      tensor("first", DataType.DT_FLOAT, Shape.scalar()),
                      Structure.tuple(tensor("second", DataType.DT_FLOAT, Shape.scalar()))))),
          List.of(),
          Structure.tuple(
              Structure.tuple(tensor("first", DataType.DT_FLOAT, Shape.scalar())),
              tensor("second", DataType.DT_FLOAT, Shape.scalar())),
          (tf, in, none) -> List.of(in.get(1), in.get(0)));
      model.list("parts", List.of("layers/line"));
      model.text("note", "made in Java, é");
      model.texts("words", List.of("one", "two"));
      model.asset("read me.txt", "text".getBytes(StandardCharsets.UTF_8));
      model.write(directory);
    }
    Python.Result result = python.run(SCRIPT, directory);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "ok: builder: function_is_called_by_position_and_by_name",
            "ok: builder: tuples_go_in_and_out",
            "ok: builder: objects_are_named",
            "ok: builder: only_trainable_variables_are_trained",
            "ok: builder: v1_loader_runs_the_signatures",
            "ok: builder: saved_again_it_is_the_same");
  }

  @Test
  void modelWithoutVariablesIsOneToo() throws IOException {
    try (SavedModelBuilder model = new SavedModelBuilder()) {
      ModelFunction same =
          model.function(
              "same",
              List.of(Argument.required(tensor("x", DataType.DT_FLOAT, Shape.scalar()))),
              List.of(),
              tensor("y", DataType.DT_FLOAT, Shape.scalar()),
              (tf, in, none) -> List.of(tf.identity(in.get(0))));
      model.signature("serving_default", same, List.of("x"), List.of("y"));
      model.write(directory);
    }
    try (var bundle =
            org.tensorflow.SavedModelBundle.load(
                directory.toString(), SavedModelBuilder.SERVE_TAG);
        var x = org.tensorflow.types.TFloat32.scalarOf(3);
        var result = bundle.function("serving_default").call(java.util.Map.of("x", x))) {
      assertThat(((org.tensorflow.types.TFloat32) result.get(0)).getFloat()).isEqualTo(3);
    }
  }
}
