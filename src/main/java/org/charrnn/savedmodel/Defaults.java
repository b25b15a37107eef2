package org.charrnn.savedmodel;

import com.google.protobuf.ByteString;
import org.charrnn.graph.Shapes;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** Values of arguments that callers omit, as tensors. */
final class Defaults {
  private Defaults() {}

  /** Returns a scalar tensor. */
  static TensorProto scalar(DataType type, Object value) {
    TensorProto.Builder scalar =
        TensorProto.newBuilder().setDtype(type).setTensorShape(Shapes.toProto(Shape.scalar()));
    return switch (type) {
      case DT_INT32 -> scalar.addIntVal(((Number) value).intValue()).build();
      case DT_INT64 -> scalar.addInt64Val(((Number) value).longValue()).build();
      case DT_FLOAT -> scalar.addFloatVal(((Number) value).floatValue()).build();
      case DT_DOUBLE -> scalar.addDoubleVal(((Number) value).doubleValue()).build();
      case DT_BOOL -> scalar.addBoolVal((Boolean) value).build();
      case DT_STRING -> scalar.addStringVal(ByteString.copyFromUtf8((String) value)).build();
      default ->
          throw new IllegalArgumentException("defaults of type " + type + " are not supported");
    };
  }

  /** Adds the default of an argument, which is a scalar, to a graph. */
  static Output<?> constant(Ops tf, Argument argument) {
    DataType type = argument.structure().tensors().get(0).type();
    TensorProto value = scalar(type, argument.defaultValue().orElseThrow());
    return tf.scope()
        .opBuilder("Const", "default")
        .setAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .setAttr("dtype", type)
        .build()
        .output(0);
  }
}
