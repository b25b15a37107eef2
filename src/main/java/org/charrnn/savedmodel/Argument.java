package org.charrnn.savedmodel;

import java.util.Locale;
import java.util.Optional;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.proto.DataType;

/**
 * An argument of a function.
 *
 * @param name name in Python, for calls by keyword
 * @param structure tensors that make up the argument
 * @param defaultValue value if a caller omits the argument: a number, boolean or string for a
 *     scalar of that type; empty if the argument is required. All arguments after one with a
 *     default need defaults, too
 */
public record Argument(String name, Structure structure, Optional<Object> defaultValue) {
  public Argument {
    if (defaultValue.isPresent()) {
      requireMatchingDefault(name, structure, defaultValue.get());
    }
  }

  private static void requireMatchingDefault(String name, Structure structure, Object value) {
    if (!(structure instanceof TensorSpec tensor && tensor.shape().isScalar())) {
      throw new IllegalArgumentException(name + " is not a scalar, so it cannot have a default");
    }
    boolean matches =
        switch (tensor.type()) {
          case DT_INT32 -> value instanceof Integer;
          case DT_INT64 -> value instanceof Integer || value instanceof Long;
          case DT_FLOAT, DT_DOUBLE -> value instanceof Number;
          case DT_BOOL -> value instanceof Boolean;
          case DT_STRING -> value instanceof String;
          default -> false;
        };
    if (!matches) {
      throw new IllegalArgumentException(
          "the default of %s must have the type %s, got %s"
              .formatted(name, typeName(tensor.type()), value));
    }
  }

  private static String typeName(DataType type) {
    return type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
  }

  /** Returns an argument without a default. */
  public static Argument required(String name, Structure structure) {
    return new Argument(name, structure, Optional.empty());
  }

  /** Returns an argument of one tensor, with the tensor's name and no default. */
  public static Argument required(TensorSpec tensor) {
    return required(tensor.name(), tensor);
  }

  /** Returns an argument of one scalar, with the tensor's name and a default. */
  public static Argument optional(TensorSpec tensor, Object defaultValue) {
    return new Argument(tensor.name(), tensor, Optional.of(defaultValue));
  }
}
