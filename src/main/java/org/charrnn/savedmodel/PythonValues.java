package org.charrnn.savedmodel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.charrnn.graph.Shapes;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.charrnn.savedmodel.Structure.Tuple;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.Struct.DictValue;
import org.tensorflow.proto.Struct.ListValue;
import org.tensorflow.proto.Struct.NamedTupleValue;
import org.tensorflow.proto.Struct.NoneValue;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TensorSpecProto;
import org.tensorflow.proto.Struct.TupleValue;

/** Python's values as SavedModels hold them: tuples, dictionaries, tensors' types, signatures. */
final class PythonValues {
  static final StructuredValue NONE =
      StructuredValue.newBuilder().setNoneValue(NoneValue.getDefaultInstance()).build();

  private PythonValues() {}

  static StructuredValue of(Structure structure) {
    return structure instanceof Tuple tuple
        ? tuple(tuple.parts().stream().map(PythonValues::of).toList())
        : of((TensorSpec) structure);
  }

  private static StructuredValue of(TensorSpec tensor) {
    return StructuredValue.newBuilder()
        .setTensorSpecValue(
            TensorSpecProto.newBuilder()
                .setName(tensor.name())
                .setDtype(tensor.type())
                .setShape(Shapes.toProto(tensor.shape())))
        .build();
  }

  static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(TupleValue.newBuilder().addAllValues(values))
        .build();
  }

  /** Tensors by their names. */
  static StructuredValue dictionary(List<TensorSpec> tensors) {
    Map<String, StructuredValue> fields = new TreeMap<>();
    tensors.forEach(tensor -> fields.put(tensor.name(), of(tensor)));
    return StructuredValue.newBuilder()
        .setDictValue(DictValue.newBuilder().putAllFields(fields))
        .build();
  }

  private static StructuredValue strings(List<String> values) {
    return StructuredValue.newBuilder()
        .setListValue(
            ListValue.newBuilder()
                .addAllValues(values.stream().map(PythonValues::literal).toList()))
        .build();
  }

  private static StructuredValue literal(Object value) {
    StructuredValue.Builder python = StructuredValue.newBuilder();
    if (value instanceof Boolean bool) {
      return python.setBoolValue(bool).build();
    }
    if (value instanceof Integer || value instanceof Long) {
      return python.setInt64Value(((Number) value).longValue()).build();
    }
    if (value instanceof Float || value instanceof Double) {
      return python.setFloat64Value(((Number) value).doubleValue()).build();
    }
    if (value instanceof String string) {
      return python.setStringValue(string).build();
    }
    throw new IllegalArgumentException(
        "a default is a number, a boolean or a string, got a " + value.getClass().getSimpleName());
  }

  /** The signature of a function that is called by position or by name. */
  static FunctionSpec functionSpec(List<Argument> arguments) {
    List<StructuredValue> defaults =
        arguments.stream()
            .flatMap(a -> a.defaultValue().stream())
            .map(PythonValues::literal)
            .toList();
    return functionSpec(
        arguments.stream().map(Argument::name).toList(),
        defaults.isEmpty() ? NONE : tuple(defaults),
        List.of(),
        tuple(arguments.stream().map(argument -> of(argument.structure())).toList()));
  }

  /** The signature of a function that is called by names only. */
  static FunctionSpec keywordSpec(List<String> names) {
    return functionSpec(List.of(), NONE, names, NONE);
  }

  private static FunctionSpec functionSpec(
      List<String> names,
      StructuredValue defaults,
      List<String> keywordOnly,
      StructuredValue inputSignature) {
    NamedTupleValue fullArgSpec =
        NamedTupleValue.newBuilder()
            .setName("FullArgSpec")
            .addValues(field("args", strings(names)))
            .addValues(field("varargs", NONE))
            .addValues(field("varkw", NONE))
            .addValues(field("defaults", defaults))
            .addValues(field("kwonlyargs", strings(keywordOnly)))
            .addValues(field("kwonlydefaults", NONE))
            .addValues(field("annotations", dictionary(List.of())))
            .build();
    return FunctionSpec.newBuilder()
        .setFullargspec(StructuredValue.newBuilder().setNamedTupleValue(fullArgSpec))
        .setInputSignature(inputSignature)
        .build();
  }

  private static PairValue field(String name, StructuredValue value) {
    return PairValue.newBuilder().setKey(name).setValue(value).build();
  }
}
