package org.charrnn.graph;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorShapeProto.Dim;

/** Conversion of shapes to protocol buffers. */
public final class Shapes {
  private Shapes() {}

  /** Returns the shape as a {@code TensorShapeProto}; unknown dimensions are -1. */
  public static TensorShapeProto toProto(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    if (shape.isUnknown()) {
      return proto.setUnknownRank(true).build();
    }
    for (int i = 0; i < shape.numDimensions(); i++) {
      proto.addDim(Dim.newBuilder().setSize(shape.get(i)));
    }
    return proto.build();
  }
}
