package org.charrnn.savedmodel;

import java.util.Optional;

/**
 * One argument of a function.
 *
 * @param name as Python's callers may give it
 * @param structure one tensor, or a tuple of them
 * @param defaultValue what it is if a caller gives none: a number, a boolean or a string; every
 *     argument behind one with a default has one, too
 */
public record Argument(String name, Structure structure, Optional<Object> defaultValue) {

  /** Returns an argument that callers must give. */
  public static Argument required(String name, Structure structure) {
    return new Argument(name, structure, Optional.empty());
  }

  /** Returns an argument of one tensor, under the tensor's name, that callers must give. */
  public static Argument required(Structure.TensorSpec tensor) {
    return required(tensor.name(), tensor);
  }

  /** Returns an argument of one scalar, under the tensor's name, that callers may leave out. */
  public static Argument optional(Structure.TensorSpec tensor, Object defaultValue) {
    return new Argument(tensor.name(), tensor, Optional.of(defaultValue));
  }
}
