package org.charrnn.checkpoint;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The value of a float variable, outside TensorFlow.
 *
 * @param name the variable's name
 * @param shape fully defined
 * @param values all elements, the last dimension running fastest
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
public record VariableValue(String name, Shape shape, float[] values) {
  public VariableValue {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "%s of shape %s has %d elements, got %d"
              .formatted(name, shape, shape.size(), values.length));
    }
  }

  /** The elements of each of some variables. */
  public static float[][] arrays(List<VariableValue> variables) {
    return variables.stream().map(VariableValue::values).toArray(float[][]::new);
  }
}
