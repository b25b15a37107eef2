package org.charrnn.savedmodel;

import java.util.Locale;
import java.util.Optional;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.proto.DataType;

/**
 * One argument of a function.
 *
 * @param name as Python's callers may give it
 * @param structure one tensor, or a tuple of them
 * @param defaultValue what it is if a caller gives none: a number, a boolean or a string for one
 *     scalar of that type; every argument behind one with a default has one, too
 */
public record Argument(String name, Structure structure, Optional<Object> defaultValue) {
  public Argument {
    if (defaultValue.isPresent()) {
      requireFits(name, structure, defaultValue.get());
    }
  }

  private static void requireFits(String name, Structure structure, Object value) {
    if (!(structure instanceof TensorSpec tensor && tensor.shape().isScalar())) {
      throw new IllegalArgumentException(name + " is no scalar, so it has no default");
    }
    boolean fits =
        switch (tensor.type()) {
          case DT_INT32 -> value instanceof Integer;
          case DT_INT64 -> value instanceof Integer || value instanceof Long;
          case DT_FLOAT, DT_DOUBLE -> value instanceof Number;
          case DT_BOOL -> value instanceof Boolean;
          case DT_STRING -> value instanceof String;
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s of type %s has no default like %s".formatted(name, name(tensor.type()), value));
    }
  }

  private static String name(DataType type) {
    return type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
  }

  /** Returns an argument that callers must give. */
  public static Argument required(String name, Structure structure) {
    return new Argument(name, structure, Optional.empty());
  }

  /** Returns an argument of one tensor, under the tensor's name, that callers must give. */
  public static Argument required(TensorSpec tensor) {
    return required(tensor.name(), tensor);
  }

  /** Returns an argument of one scalar, under the tensor's name, that callers may leave out. */
  public static Argument optional(TensorSpec tensor, Object defaultValue) {
    return new Argument(tensor.name(), tensor, Optional.of(defaultValue));
  }
}
