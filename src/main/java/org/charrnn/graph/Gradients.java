package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Derivatives by variables, as TensorFlow derives them from the graph. */
public final class Gradients {
  private Gradients() {}

  /**
   * Adds the gradient of a number by each variable to its graph.
   *
   * @param tf builds into the graph that owns the variables
   * @param of scalar, such as a loss
   * @param by what it depends on
   * @return one gradient for each variable, of its shape
   * @throws IllegalArgumentException if it does not depend on one of them
   */
  public static List<Operand<TFloat32>> of(
      Ops tf, Operand<TFloat32> of, List<ResourceVariable> by) {
    Output<?>[] values = by.stream().map(v -> v.value().asOutput()).toArray(Output[]::new);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    Output<?>[] added = ((Graph) tf.scope().env()).addGradients(of.asOutput(), values);
    for (int i = 0; i < added.length; i++) {
      if (added[i] == null) {
        throw new IllegalArgumentException(of + " does not depend on " + by.get(i));
      }
      gradients.add(Operands.float32(added[i]));
    }
    return gradients;
  }
}
