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
   * @param name unique in the function; a name in Python that starts with a letter
   * @param type of its elements
   * @param shape what is known of it; unknown dimensions are -1
   */
  record TensorSpec(String name, DataType type, Shape shape) implements Structure {
    public TensorSpec {
      if (!name.matches("[A-Za-z]\\w*")) {
        throw new IllegalArgumentException(
            "the name of a tensor is a letter, then letters, digits and _, got '" + name + "'");
      }
    }

    @Override
    public List<TensorSpec> tensors() {
      return List.of(this);
    }
  }

  /**
   * Vectors side by side, each of its own length; a {@code tf.RaggedTensor} of two dimensions in
   * Python. Its tensors are the elements of all vectors, one behind the other, and the row splits
   * {@code [rows + 1]}, int64: where each vector begins, and the end.
   *
   * @param name unique in the function, a name in Python
   * @param type of its elements
   */
  record Ragged(String name, DataType type) implements Structure {
    @Override
    public List<TensorSpec> tensors() {
      return List.of(
          tensor(name, type, Shape.of(-1)),
          tensor(name + "_row_splits", DataType.DT_INT64, Shape.of(-1)));
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

  /** Returns the structure of vectors that differ in length. */
  static Ragged ragged(String name, DataType type) {
    return new Ragged(name, type);
  }

  /** Returns the structure of a tuple. */
  static Tuple tuple(Structure... parts) {
    return Stream.of(parts).collect(collectingAndThen(toList(), Tuple::new));
  }
}
