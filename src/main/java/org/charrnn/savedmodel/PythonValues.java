package org.charrnn.savedmodel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.charrnn.graph.Shapes;
import org.charrnn.savedmodel.Structure.Ragged;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.charrnn.savedmodel.Structure.Tuple;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.Struct.DictValue;
import org.tensorflow.proto.Struct.ListValue;
import org.tensorflow.proto.Struct.NamedTupleValue;
import org.tensorflow.proto.Struct.NoneValue;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TensorSpecProto;
import org.tensorflow.proto.Struct.TupleValue;
import org.tensorflow.proto.Struct.TypeSpecProto;
import org.tensorflow.proto.Struct.TypeSpecProto.TypeSpecClass;

/** Encodes Python values for SavedModels: tuples, dictionaries, tensor specs, signatures. */
final class PythonValues {
  static final StructuredValue NONE =
      StructuredValue.newBuilder().setNoneValue(NoneValue.getDefaultInstance()).build();

  private PythonValues() {}

  static StructuredValue of(Structure structure) {
    if (structure instanceof Tuple tuple) {
      return tuple(tuple.parts().stream().map(PythonValues::of).toList());
    }
    return structure instanceof Ragged ragged ? of(ragged) : of((TensorSpec) structure);
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

  /** Encodes a {@code tf.RaggedTensorSpec}: shape, type, ragged rank, type of the row splits. */
  private static StructuredValue of(Ragged ragged) {
    StructuredValue state =
        tuple(
            List.of(
                StructuredValue.newBuilder()
                    .setTensorShapeValue(Shapes.toProto(Shape.of(-1, -1)))
                    .build(),
                StructuredValue.newBuilder().setTensorDtypeValue(ragged.type()).build(),
                literal(1),
                StructuredValue.newBuilder().setTensorDtypeValue(DataType.DT_INT64).build()));
    return StructuredValue.newBuilder()
        .setTypeSpecValue(
            TypeSpecProto.newBuilder()
                .setTypeSpecClass(TypeSpecClass.RAGGED_TENSOR_SPEC)
                .setTypeSpecClassName("RaggedTensorSpec")
                .setTypeState(state)
                .setNumFlatComponents(ragged.tensors().size()))
        .build();
  }

  static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(TupleValue.newBuilder().addAllValues(values))
        .build();
  }

  /** Encodes a dictionary of tensor specs by name. */
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
    StructuredValue.Builder literal = StructuredValue.newBuilder();
    if (value instanceof Boolean bool) {
      return literal.setBoolValue(bool).build();
    }
    if (value instanceof Integer || value instanceof Long) {
      return literal.setInt64Value(((Number) value).longValue()).build();
    }
    if (value instanceof Float || value instanceof Double) {
      return literal.setFloat64Value(((Number) value).doubleValue()).build();
    }
    if (value instanceof String string) {
      return literal.setStringValue(string).build();
    }
    throw new IllegalArgumentException("no Python literal for " + value.getClass().getSimpleName());
  }

  /** Encodes the arguments of a function as {@code (args, kwargs)}. */
  static StructuredValue inputs(List<Argument> arguments) {
    return tuple(List.of(structures(arguments), dictionary(List.of())));
  }

  /** Encodes the arguments of a signature as {@code (args, kwargs)}. */
  static StructuredValue keywordInputs(List<TensorSpec> tensors) {
    return tuple(List.of(tuple(List.of()), dictionary(tensors)));
  }

  private static StructuredValue structures(List<Argument> arguments) {
    return tuple(arguments.stream().map(argument -> of(argument.structure())).toList());
  }

  /** Returns the Python signature of a function with positional or keyword arguments. */
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
        structures(arguments));
  }

  /** Returns the Python signature of a function with keyword-only arguments. */
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
