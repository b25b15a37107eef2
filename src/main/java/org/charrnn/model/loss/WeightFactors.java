package org.charrnn.model.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.charrnn.model.ModelConfig;
import org.charrnn.nn.WeightDrop;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Multiplies the kernels of a network by the factors of {@link WeightDrop}. The gradient of a
 * weight is that of its product, multiplied by the same factor.
 *
 * @param factors for each weight, in order; empty for weights that are used as they are
 */
record WeightFactors(List<Optional<Operand<TFloat32>>> factors) {
  /** Draws the factors of all kernels of cells. */
  static WeightFactors draw(Ops tf, ModelConfig network, WeightDrop weightDrop) {
    List<Optional<Operand<TFloat32>>> factors = new ArrayList<>();
    network
        .weightShapes()
        .forEach(
            (name, shape) ->
                factors.add(
                    isKernel(name, shape)
                        ? Optional.of(weightDrop.factors(tf, shape, network.hiddenSize()))
                        : Optional.empty()));
    return new WeightFactors(factors);
  }

  private static boolean isKernel(String name, Shape shape) {
    return name.startsWith("rnn/") && shape.numDimensions() == 2;
  }

  /** Multiplies weights, or the gradients of the products. */
  List<Operand<TFloat32>> apply(Ops tf, List<Operand<TFloat32>> values) {
    List<Operand<TFloat32>> products = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Operand<TFloat32> value = values.get(i);
      products.add(factors.get(i).<Operand<TFloat32>>map(f -> tf.math.mul(value, f)).orElse(value));
    }
    return products;
  }
}
