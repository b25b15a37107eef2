package org.charrnn.testing;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.ndarray.Shape;

/** Weights larger than initial ones, so that the gates are busy. */
public final class RandomWeights {
  private RandomWeights() {}

  /** One value for each shape, uniform in -1 to 1. */
  public static List<VariableValue> of(Map<String, Shape> shapes) {
    SplittableRandom random = new SplittableRandom(3);
    return shapes.entrySet().stream()
        .map(
            weight ->
                new VariableValue(
                    weight.getKey(),
                    weight.getValue(),
                    Numbers.floats(Numbers.vector(random, (int) weight.getValue().size()))))
        .toList();
  }
}
