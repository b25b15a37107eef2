package org.charrnn.savedmodel;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toList;

import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** The structure of an argument or a result in Python: a tensor, a ragged tensor, or a tuple. */
public sealed interface Structure {

  /** Returns the tensors of this structure, from left to right. */
  List<TensorSpec> tensors();

  /**
   * A tensor.
   *
   * @param name unique within the function's arguments or results; a letter, then letters, digits
   *     and underscores
   * @param type type of the elements
   * @param shape shape, with -1 for unknown dimensions
   */
  record TensorSpec(String name, DataType type, Shape shape) implements Structure {
    public TensorSpec {
      if (!name.matches("[A-Za-z]\\w*")) {
        throw new IllegalArgumentException(
            "the name of a tensor must be a letter, then letters, digits and _, got '"
                + name
                + "'");
      }
    }

    @Override
    public List<TensorSpec> tensors() {
      return List.of(this);
    }
  }

  /**
   * Rows of different lengths: a two-dimensional {@code tf.RaggedTensor} in Python. Its tensors are
   * the concatenated elements of all rows, and the int64 row splits {@code [rows + 1]}: the index
   * at which each row starts, then the number of elements.
   *
   * @param name unique within the function's arguments or results; the row splits get this name
   *     with the suffix {@code _row_splits}
   * @param type type of the elements
   */
  record Ragged(String name, DataType type) implements Structure {
    @Override
    public List<TensorSpec> tensors() {
      return List.of(
          tensor(name, type, Shape.of(-1)),
          tensor(name + "_row_splits", DataType.DT_INT64, Shape.of(-1)));
    }
  }

  /** A Python tuple of structures. */
  record Tuple(List<Structure> parts) implements Structure {
    public Tuple {
      parts = List.copyOf(parts);
    }

    @Override
    public List<TensorSpec> tensors() {
      return parts.stream().flatMap(part -> part.tensors().stream()).toList();
    }
  }

  /** Returns the structure of a tensor. */
  static TensorSpec tensor(String name, DataType type, Shape shape) {
    return new TensorSpec(name, type, shape);
  }

  /** Returns the structure of a ragged tensor. */
  static Ragged ragged(String name, DataType type) {
    return new Ragged(name, type);
  }

  /** Returns the structure of a tuple. */
  static Tuple tuple(Structure... parts) {
    return Stream.of(parts).collect(collectingAndThen(toList(), Tuple::new));
  }
}
