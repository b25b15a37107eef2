package org.charrnn.checkpoint;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The value of a string variable as plain Java data.
 *
 * @param name name of the variable
 * @param shape fully defined shape
 * @param values elements in row-major order; text is UTF-8
 */
public record StringValue(String name, Shape shape, List<ByteString> values) {
  public StringValue {
    values = List.copyOf(values);
    if (values.size() != shape.size()) {
      throw new IllegalArgumentException(
          "%s of shape %s has %d elements, got %d"
              .formatted(name, shape, shape.size(), values.size()));
    }
  }

  /** Returns the elements decoded as UTF-8. */
  public List<String> texts() {
    return values.stream().map(ByteString::toStringUtf8).toList();
  }
}
