package org.charrnn.checkpoint;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The value of a string variable, outside TensorFlow.
 *
 * @param name the variable's name
 * @param shape fully defined
 * @param values all elements, the last dimension running fastest; text is UTF-8
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

  /** The elements as text. */
  public List<String> texts() {
    return values.stream().map(ByteString::toStringUtf8).toList();
  }
}
