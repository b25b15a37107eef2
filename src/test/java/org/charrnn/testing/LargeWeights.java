package org.charrnn.testing;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ModelConfig;
import org.tensorflow.ndarray.Shape;

/** Random weights larger than initial ones, so that gates vary between open and closed. */
public final class LargeWeights {
  private LargeWeights() {}

  /** Returns the weights of a network, uniform between -1 and 1, the same in every call. */
  public static List<VariableValue> of(ModelConfig config) {
    return of(config.weightShapes());
  }

  /** Returns a value for each name and shape, uniform between -1 and 1, the same in every call. */
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
