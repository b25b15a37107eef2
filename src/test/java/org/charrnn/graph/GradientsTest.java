package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class GradientsTest {
  private static ResourceVariable variable(Ops tf, String name, double value) {
    return ResourceVariable.create(tf, name, Shape.of(2), new Constant<>(value));
  }

  /** The sum of x * x * y has the gradients 2 * x * y and x * x. */
  @Test
  void gradientsAreInOrderOfVariables() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      ResourceVariable x = variable(tf, "x", 3);
      ResourceVariable y = variable(tf, "y", 5);
      var product = tf.math.mul(tf.math.square(x.value()), y.value());
      var sum = tf.reduceSum(product, tf.constant(0));
      List<Operand<TFloat32>> gradients = Gradients.of(tf, sum, List.of(y, x));
      eval.initialize();
      assertThat(gradients).hasSize(2);
      assertThat(eval.values(gradients.get(0))).containsExactly(new double[] {9, 9}, within(0.0));
      assertThat(eval.values(gradients.get(1))).containsExactly(new double[] {30, 30}, within(0.0));
    }
  }

  @Test
  void independentVariableIsRejectedByName() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      ResourceVariable x = variable(tf, "x", 3);
      ResourceVariable other = variable(tf, "other", 5);
      var sum = tf.reduceSum(x.value(), tf.constant(0));
      assertThatThrownBy(() -> Gradients.of(tf, sum, List.of(x, other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other");
    }
  }
}
