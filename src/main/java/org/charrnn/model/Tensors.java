package org.charrnn.model;

import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.Result;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Copies between arrays and tensors. The last dimension of a shape varies fastest. An array of
 * another size than the tensor is an {@link IllegalArgumentException}.
 */
public final class Tensors {
  private Tensors() {}

  /** Returns the value of a variable as a tensor, which the caller closes. */
  public static TFloat32 of(VariableValue value) {
    return of(value.shape(), value.values());
  }

  /** Returns an array as a tensor, which the caller closes. */
  public static TFloat32 of(Shape shape, float[] values) {
    requireSize(shape, values.length);
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  /** Returns an array as a tensor, which the caller closes. */
  public static TInt32 of(Shape shape, int[] values) {
    requireSize(shape, values.length);
    return TInt32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  /** Copies an array into a tensor. */
  public static void copy(float[] values, TFloat32 tensor) {
    requireSize(tensor.shape(), values.length);
    tensor.copyFrom(DataBuffers.of(values, true, false));
  }

  /** Copies an array into a tensor. */
  public static void copy(int[] values, TInt32 tensor) {
    requireSize(tensor.shape(), values.length);
    tensor.copyFrom(DataBuffers.of(values, true, false));
  }

  private static void requireSize(Shape shape, int length) {
    if (shape.size() != length) {
      throw new IllegalArgumentException(
          "a tensor of shape %s has %d elements, got %d".formatted(shape, shape.size(), length));
    }
  }

  /** Copies a tensor. */
  public static VariableValue value(String name, TFloat32 tensor) {
    return new VariableValue(name, tensor.shape(), values(tensor));
  }

  /** Copies the elements of a tensor. */
  public static float[] values(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(values)));
    return values;
  }

  /** Copies the tensors of a result, from one index to before another. */
  public static float[][] values(Result result, int from, int to) {
    float[][] values = new float[to - from][];
    for (int i = from; i < to; i++) {
      values[i - from] = values((TFloat32) result.get(i));
    }
    return values;
  }

  /** Returns a scalar of a result. */
  public static float scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }
}
