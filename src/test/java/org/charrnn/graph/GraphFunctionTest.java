package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_RESOURCE;

import java.util.List;
import org.charrnn.graph.GraphFunction.Argument;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

class GraphFunctionTest {
  private static final Argument X = new Argument("x", DT_FLOAT, Shape.of(-1));
  private static final Argument Y = new Argument("y", DT_FLOAT, Shape.of(-1));

  @Test
  void argumentsAreInCallOrder() {
    try (Eval eval = new Eval()) {
      GraphFunction minus =
          GraphFunction.define(
              eval.graph(),
              "minus",
              List.of(X, Y),
              List.of("difference"),
              (tf, v) -> List.of(tf.math.sub(float32(v.get(0)), float32(v.get(1)))));
      Operation call =
          call(
              eval,
              minus,
              List.of(DT_FLOAT),
              eval.constant(new double[] {5}),
              eval.constant(new double[] {3}));
      assertThat(eval.values(call.output(0))).containsExactly(2);
    }
  }

  @Test
  void argumentsMayBeReturnedOrUnused() {
    try (Eval eval = new Eval()) {
      GraphFunction first =
          GraphFunction.define(
              eval.graph(),
              "first",
              List.of(X, Y),
              List.of("a", "b"),
              (tf, v) -> List.of(v.get(0), v.get(0)));
      Operation call =
          call(
              eval,
              first,
              List.of(DT_FLOAT, DT_FLOAT),
              eval.constant(new double[] {5}),
              eval.constant(new double[] {3}));
      assertThat(eval.values(call.output(0))).containsExactly(5);
      assertThat(eval.values(call.output(1))).containsExactly(5);
    }
  }

  @Test
  void bodyMayUseNamedOutputs() {
    try (Eval eval = new Eval()) {
      GraphFunction largest = // TopKV2 names its outputs values and indices
          GraphFunction.define(
              eval.graph(),
              "largest",
              List.of(X),
              List.of("indices", "values", "twice_the_values"),
              (tf, v) -> {
                var top = tf.nn.topK(float32(v.get(0)), tf.constant(2), new TopK.Options[0]);
                return List.of(
                    top.indices(), top.values(), tf.math.add(top.values(), top.values()));
              });
      Operation call =
          call(
              eval,
              largest,
              List.of(DT_INT32, DT_FLOAT, DT_FLOAT),
              eval.constant(new double[] {7, 9, 8}));
      assertThat(eval.values(call.output(0))).containsExactly(1, 2);
      assertThat(eval.values(call.output(1))).containsExactly(9, 8);
      assertThat(eval.values(call.output(2))).containsExactly(18, 16);
    }
  }

  @Test
  void bodyMayUseListOutputs() {
    try (Eval eval = new Eval()) {
      GraphFunction swap =
          GraphFunction.define(
              eval.graph(),
              "swap",
              List.of(X, Y),
              List.of("a", "b"),
              (tf, v) -> {
                List<Output<?>> copies = tf.identityN(List.of(v.get(0), v.get(1))).output();
                return List.of(copies.get(1), tf.math.neg(float32(copies.get(0))));
              });
      Operation call =
          call(
              eval,
              swap,
              List.of(DT_FLOAT, DT_FLOAT),
              eval.constant(new double[] {5}),
              eval.constant(new double[] {3}));
      assertThat(eval.values(call.output(0))).containsExactly(3);
      assertThat(eval.values(call.output(1))).containsExactly(-5);
    }
  }

  @Test
  void functionReadsVariableOfCaller() {
    try (Eval eval = new Eval()) {
      ResourceVariable variable =
          ResourceVariable.create(
              eval.tf(),
              "scope/variable",
              Shape.of(2),
              (tf, dims, type) -> tf.dtypes.cast(tf.constant(new float[] {3, 4}), type));
      Argument handle = new Argument("handle", DT_RESOURCE, Shape.scalar());
      GraphFunction read =
          GraphFunction.define(
              eval.graph(),
              "read",
              List.of(handle),
              List.of("value"),
              (tf, v) -> List.of(tf.readVariableOp(v.get(0), TFloat32.class)));
      assertThat(read.isStateful()).isTrue();
      eval.initialize();
      assertThat(eval.values(call(eval, read, List.of(DT_FLOAT), variable.handle()).output(0)))
          .containsExactly(3, 4);
    }
  }

  @Test
  void controlDependencyIsPreserved() {
    try (Eval eval = new Eval()) {
      ResourceVariable variable =
          ResourceVariable.create(
              eval.tf(), "variable", Shape.scalar(), (tf, dims, type) -> tf.zeros(dims, type));
      Argument handle = new Argument("handle", DT_RESOURCE, Shape.scalar());
      GraphFunction setThenRead =
          GraphFunction.define(
              eval.graph(),
              "set_then_read",
              List.of(handle),
              List.of("value"),
              (tf, v) -> {
                var set = tf.assignVariableOp(v.get(0), tf.constant(9f));
                Ops after = tf.withControlDependencies(List.of(set));
                return List.of(after.readVariableOp(v.get(0), TFloat32.class));
              });
      eval.initialize();
      Operation call = call(eval, setThenRead, List.of(DT_FLOAT), variable.handle());
      assertThat(eval.values(call.output(0))).containsExactly(9);
    }
  }

  @Test
  void functionWithoutStatefulOperationsIsStateless() {
    try (Eval eval = new Eval()) {
      GraphFunction identity =
          GraphFunction.define(
              eval.graph(), "identity", List.of(X), List.of("y"), (tf, v) -> List.of(v.get(0)));
      assertThat(identity.isStateful()).isFalse();
    }
  }

  private static Operation call(
      Eval eval, GraphFunction function, List<DataType> results, Operand<?>... arguments) {
    DataType[] inputTypes = new DataType[arguments.length];
    Output<?>[] inputs = new Output<?>[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      inputs[i] = arguments[i].asOutput();
      inputTypes[i] = inputs[i].dataType();
    }
    return eval.tf()
        .scope()
        .opBuilder("StatefulPartitionedCall", "call")
        .addInputList(inputs)
        .setAttr("Tin", inputTypes)
        .setAttr("Tout", results.toArray(DataType[]::new))
        .setAttr("f", function.reference())
        .build();
  }

  @SuppressWarnings("unchecked") // all values in these functions are floats
  private static Operand<TFloat32> float32(Operand<? extends TType> operand) {
    return (Operand<TFloat32>) operand;
  }
}
