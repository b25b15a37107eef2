package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Gradients with respect to variables, computed by TensorFlow's automatic differentiation. */
public final class Gradients {
  private Gradients() {}

  /**
   * Adds operations that compute the gradient of a scalar with respect to each variable.
   *
   * @param tf the builder of the graph that owns the variables
   * @param scalar the value to differentiate, such as a loss
   * @param variables the variables, which the scalar must depend on
   * @return the gradients, in the order of the variables and with their shapes
   * @throws IllegalArgumentException if the scalar does not depend on one of the variables
   */
  public static List<Operand<TFloat32>> of(
      Ops tf, Operand<TFloat32> scalar, List<ResourceVariable> variables) {
    Output<?>[] values = variables.stream().map(v -> v.value().asOutput()).toArray(Output[]::new);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    Output<?>[] outputs = ((Graph) tf.scope().env()).addGradients(scalar.asOutput(), values);
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] == null) {
        throw new IllegalArgumentException(
            scalar + " does not depend on the variable " + variables.get(i));
      }
      gradients.add(Operands.float32(outputs[i]));
    }
    return gradients;
  }
}
