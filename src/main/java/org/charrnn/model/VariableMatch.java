package org.charrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.ndarray.Shape;

/** Matches values with the variables that need them. */
public final class VariableMatch {
  private VariableMatch() {}

  /**
   * Returns values in the order of their variables.
   *
   * @param variables names and shapes
   * @param values one for each variable, in any order
   * @throws IllegalArgumentException that names the variables whose values are missing or have
   *     another shape, and the values that belong to no variable
   */
  public static List<VariableValue> inOrder(
      Map<String, Shape> variables, List<VariableValue> values) {
    Map<String, VariableValue> unmatched = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (VariableValue value : values) {
      if (unmatched.put(value.name(), value) != null) {
        problems.add(value.name() + " is given twice");
      }
    }
    List<VariableValue> matched = new ArrayList<>();
    variables.forEach(
        (name, shape) -> {
          VariableValue value = unmatched.remove(name);
          if (value == null) {
            problems.add(name + " is missing");
          } else if (!value.shape().equals(shape)) {
            problems.add("%s has shape %s, expected %s".formatted(name, value.shape(), shape));
          } else {
            matched.add(value);
          }
        });
    unmatched.keySet().forEach(name -> problems.add(name + " is unknown"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the values do not fit the variables: " + String.join(", ", problems));
    }
    return matched;
  }
}
