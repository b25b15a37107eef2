package org.charrnn.checkpoint;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The value of a float variable as plain Java data.
 *
 * @param name name of the variable
 * @param shape fully defined shape
 * @param values elements in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // a data carrier, never compared
public record VariableValue(String name, Shape shape, float[] values) {
  public VariableValue {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "%s of shape %s has %d elements, got %d"
              .formatted(name, shape, shape.size(), values.length));
    }
  }

  /** Returns the elements of each variable. */
  public static float[][] arrays(List<VariableValue> variables) {
    return variables.stream().map(VariableValue::values).toArray(float[][]::new);
  }
}
