package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Gradients that TensorFlow derives from the graph. */
public final class Gradients {
  private Gradients() {}

  /**
   * Adds the gradients of a scalar with respect to variables to its graph.
   *
   * @param tf adds to the graph that owns the variables
   * @param y scalar, such as a loss
   * @param variables that {@code y} depends on
   * @return one gradient for each variable, of its shape
   * @throws IllegalArgumentException if {@code y} does not depend on one of them
   */
  public static List<Operand<TFloat32>> of(
      Ops tf, Operand<TFloat32> y, List<ResourceVariable> variables) {
    return withRespectTo(tf, y, variables.stream().map(ResourceVariable::value).toList());
  }

  /**
   * Adds the gradients of a scalar with respect to other operands to its graph.
   *
   * @param tf adds to the graph
   * @param y scalar, such as a loss
   * @param xs operands that {@code y} depends on
   * @return one gradient for each of {@code xs}, of its shape
   * @throws IllegalArgumentException if {@code y} does not depend on one of them
   */
  public static List<Operand<TFloat32>> withRespectTo(
      Ops tf, Operand<TFloat32> y, List<Operand<TFloat32>> xs) {
    Output<?>[] outputs = xs.stream().map(Operand::asOutput).toArray(Output[]::new);
    Output<?>[] added = ((Graph) tf.scope().env()).addGradients(y.asOutput(), outputs);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < added.length; i++) {
      if (added[i] == null) {
        throw new IllegalArgumentException(y + " does not depend on " + xs.get(i));
      }
      gradients.add(Operands.float32(added[i]));
    }
    return gradients;
  }
}
