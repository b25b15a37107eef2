package org.charrnn.savedmodel;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toList;

import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** What a function takes or gives, as Python sees it: a tensor, or a tuple of structures. */
public sealed interface Structure {

  /** The tensors, from left to right. */
  List<TensorSpec> tensors();

  /**
   * One tensor.
   *
   * @param name unique in the function; a name in Python
   * @param type of its elements
   * @param shape what is known of it; unknown dimensions are -1
   */
  record TensorSpec(String name, DataType type, Shape shape) implements Structure {
    @Override
    public List<TensorSpec> tensors() {
      return List.of(this);
    }
  }

  /** Structures side by side; a tuple in Python, whose parts are in a fixed order. */
  record Tuple(List<Structure> parts) implements Structure {
    public Tuple {
      parts = List.copyOf(parts);
    }

    @Override
    public List<TensorSpec> tensors() {
      return parts.stream().flatMap(part -> part.tensors().stream()).toList();
    }
  }

  /** Returns the structure of one tensor. */
  static TensorSpec tensor(String name, DataType type, Shape shape) {
    return new TensorSpec(name, type, shape);
  }

  /** Returns the structure of a tuple. */
  static Tuple tuple(Structure... parts) {
    return Stream.of(parts).collect(collectingAndThen(toList(), Tuple::new));
  }
}
