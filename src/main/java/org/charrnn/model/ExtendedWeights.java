package org.charrnn.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;

/**
 * The weights of a network whose vocabulary was extended at its end. The weights of the old tokens,
 * and all that do not belong to a token, are kept; those of the new tokens are as at the start of a
 * training.
 */
public final class ExtendedWeights {
  private static final String SOFTMAX_BIAS = "softmax_b";

  private ExtendedWeights() {}

  /**
   * Extends weights.
   *
   * @param config of the network with the extended vocabulary
   * @param weights of the same network with a vocabulary of at most that size, in any order
   * @param seed of the new weights
   * @return the same weights if the vocabulary was not extended
   */
  public static List<VariableValue> of(ModelConfig config, List<VariableValue> weights, long seed) {
    Map<String, VariableValue> old = new HashMap<>();
    weights.forEach(weight -> old.put(weight.name(), weight));
    int oldClasses = old.get(SOFTMAX_BIAS).values().length;
    if (oldClasses == config.classes()) {
      return weights;
    }
    return RandomWeights.of(config, seed).stream()
        .map(fresh -> extended(old.get(fresh.name()), fresh, oldClasses))
        .toList();
  }

  /**
   * Copies a weight into one that may have more rows or columns. New rows are after those of the
   * old tokens: in a kernel for one-hot input, the rows of the state follow.
   */
  private static VariableValue extended(VariableValue old, VariableValue fresh, int oldClasses) {
    int oldColumns = columns(old);
    int columns = columns(fresh);
    int oldRows = old.values().length / oldColumns;
    int newRows = fresh.values().length / columns - oldRows;
    float[] values = fresh.values().clone();
    for (int row = 0; row < oldRows; row++) {
      int to = row < oldClasses ? row : row + newRows;
      System.arraycopy(old.values(), row * oldColumns, values, to * columns, oldColumns);
    }
    return new VariableValue(fresh.name(), fresh.shape(), values);
  }

  /** The elements of a row; a vector is a row. */
  private static int columns(VariableValue value) {
    return Math.toIntExact(value.shape().get(value.shape().numDimensions() - 1));
  }
}
