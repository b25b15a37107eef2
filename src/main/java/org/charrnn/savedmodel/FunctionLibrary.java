package org.charrnn.savedmodel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.graph.GraphFunction;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TType;

/**
 * Defines functions in a graph's function library. A function takes the tensors of its arguments,
 * then the resource handles of the variables that it reads.
 */
final class FunctionLibrary {
  private final Graph graph;
  private int count;

  FunctionLibrary(Graph graph) {
    this.graph = graph;
  }

  /** Defines a function whose body receives tensors and the values of variables. */
  GraphFunction define(
      String name,
      List<TensorSpec> inputs,
      List<ModelVariable> reads,
      List<TensorSpec> outputs,
      ModelFunction.Body body) {
    return defineWithHandles(
        name,
        inputs,
        reads,
        outputs,
        (tf, operands) ->
            body.build(
                tf,
                operands.subList(0, inputs.size()),
                values(tf, reads, operands.subList(inputs.size(), operands.size()))));
  }

  /** Defines a function whose body receives tensors and the resource handles of variables. */
  GraphFunction defineWithHandles(
      String name,
      List<TensorSpec> inputs,
      List<ModelVariable> reads,
      List<TensorSpec> outputs,
      GraphFunction.Body body) {
    requireDistinct(name, inputs);
    requireDistinct(name, outputs);
    List<GraphFunction.Argument> arguments =
        Stream.concat(
                inputs.stream().map(t -> new GraphFunction.Argument(t.name(), t.type(), t.shape())),
                IntStream.range(0, reads.size())
                    .mapToObj(
                        i ->
                            new GraphFunction.Argument(
                                "variable_" + i, DataType.DT_RESOURCE, Shape.scalar())))
            .toList();
    // Python names its own functions like this, and displays the part in the middle.
    String fullName = "__inference_" + name.replaceAll("\\W", "_") + "_" + count++;
    List<String> results = outputs.stream().map(TensorSpec::name).toList();
    return GraphFunction.define(
        graph,
        fullName,
        arguments,
        results,
        (tf, operands) -> requireTypes(name, body.build(tf, operands), outputs));
  }

  private static List<Operand<? extends TType>> values(
      Ops tf, List<ModelVariable> reads, List<Operand<? extends TType>> handles) {
    List<Operand<? extends TType>> values = new ArrayList<>();
    for (int i = 0; i < reads.size(); i++) {
      var value = tf.readVariableOp(handles.get(i), reads.get(i).type());
      values.add(tf.ensureShape(value, reads.get(i).shape())); // a handle has no shape
    }
    return values;
  }

  private static void requireDistinct(String function, List<TensorSpec> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorSpec tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "two tensors of %s are named %s".formatted(function, tensor.name()));
      }
    }
  }

  private static List<Operand<? extends TType>> requireTypes(
      String function, List<Operand<? extends TType>> results, List<TensorSpec> declared) {
    List<DataType> types = results.stream().map(r -> r.asOutput().dataType()).toList();
    List<DataType> expected = declared.stream().map(TensorSpec::type).toList();
    if (!types.equals(expected)) {
      throw new IllegalArgumentException(
          "the result of %s is declared as %s, but its body returns %s"
              .formatted(function, expected, types));
    }
    return results;
  }
}
