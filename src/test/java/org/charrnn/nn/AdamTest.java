package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class AdamTest {
  /** Moments have size 1 at most and are rounded five times, by 6e-8 each. */
  private static final Offset<Double> MOMENT_ROUNDING = within(5e-7);

  /**
   * beta2_power is near 1 and rounded by 6e-8, so 1 - beta2_power, which is 1e-3 at first, has a
   * relative error of up to 6e-5, and its root half of that. A step changes a weight by about the
   * learning rate, here 0.4 at most: 1.2e-5.
   */
  private static final Offset<Double> WEIGHT_ROUNDING = within(1.2e-5);

  private static final double[] RATES = {0.1, 0.02, 0.4, 0, 0.1};

  private final SplittableRandom random = new SplittableRandom(5);

  /** Adam for one variable in plain Java. */
  private static final class AdamFormula {
    final double[] w;
    final double[] m;
    final double[] v;

    AdamFormula(double[] w) {
      this.w = w;
      m = new double[w.length];
      v = new double[w.length];
    }

    void step(double[] gradient, double rate, int t) {
      double beta1 = Adam.BETA1;
      double beta2 = Adam.BETA2;
      double correctedRate = rate * Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
      for (int i = 0; i < w.length; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
        w[i] -= correctedRate * m[i] / (Math.sqrt(v[i]) + Adam.EPSILON);
      }
    }
  }

  @Test
  void fiveStepsOnTwoVariablesEqualFormula() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      Variables variables = new Variables(tf, 1);
      variables.glorotUniform("x", 2, 3);
      variables.zeros("y", 4);
      List<ResourceVariable> weights = variables.trainable();
      Adam adam = new Adam(tf, weights);
      List<ResourceVariable> slots = adam.slots();

      Placeholder<TFloat32> rate = placeholder(tf, Shape.scalar());
      List<Placeholder<TFloat32>> gradients =
          weights.stream().map(weight -> placeholder(tf, weight.shape())).toList();
      Op step = adam.applyGradients(tf, List.copyOf(gradients), rate, "train_op");
      eval.initialize();

      List<AdamFormula> formulas =
          weights.stream().map(weight -> new AdamFormula(eval.values(weight.value()))).toList();
      for (int t = 1; t <= RATES.length; t++) {
        eval.feed(rate, Shape.scalar(), new double[] {RATES[t - 1]});
        for (int i = 0; i < weights.size(); i++) {
          double[] gradient = Numbers.vector(random, (int) weights.get(i).shape().size());
          eval.feed(gradients.get(i), weights.get(i).shape(), gradient);
          formulas.get(i).step(gradient, RATES[t - 1], t);
        }
        eval.run(step);

        for (int i = 0; i < weights.size(); i++) {
          AdamFormula expected = formulas.get(i);
          assertThat(eval.values(slots.get(2 * i).value()))
              .as("m of %s after step %d", weights.get(i), t)
              .containsExactly(expected.m, MOMENT_ROUNDING);
          assertThat(eval.values(slots.get(2 * i + 1).value()))
              .as("v of %s after step %d", weights.get(i), t)
              .containsExactly(expected.v, MOMENT_ROUNDING);
          assertThat(eval.values(weights.get(i).value()))
              .as("%s after step %d", weights.get(i), t)
              .containsExactly(expected.w, WEIGHT_ROUNDING);
        }
        assertThat(eval.values(slots.get(4).value()))
            .containsExactly(new double[] {Math.pow(Adam.BETA1, t + 1)}, MOMENT_ROUNDING);
        assertThat(eval.values(slots.get(5).value()))
            .containsExactly(new double[] {Math.pow(Adam.BETA2, t + 1)}, MOMENT_ROUNDING);
      }
    }
  }

  private static Placeholder<TFloat32> placeholder(Ops tf, Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  /** The gradient of half the sum of all squares is the variable itself. */
  @Test
  void minimizeAppliesTheGradientOfTheLoss() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      Variables variables = new Variables(tf, 1);
      Operand<TFloat32> w = variables.glorotUniform("w", 2, 3).value();
      var squares = tf.reduceSum(tf.math.square(w), tf.constant(new int[] {0, 1}));
      var loss = tf.math.mul(squares, tf.constant(0.5f));
      Op step = new Adam(tf, variables.trainable()).minimize(tf, loss, tf.constant(0.1f), "train");
      eval.initialize();
      AdamFormula formula = new AdamFormula(eval.values(w));
      for (int t = 1; t <= 3; t++) {
        formula.step(formula.w.clone(), 0.1, t);
        eval.run(step);
        assertThat(eval.values(w)).containsExactly(formula.w, WEIGHT_ROUNDING);
      }
    }
  }

  @Test
  void slotsHaveTheOriginalNamesAndShapes() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      variables.glorotUniform("rnn/x", 2, 3);
      variables.zeros("y", 4);
      assertThat(new Adam(eval.tf(), variables.trainable()).slots())
          .extracting(ResourceVariable::toString)
          .containsExactly(
              "rnn/x/Adam [2, 3]",
              "rnn/x/Adam_1 [2, 3]",
              "y/Adam [4]",
              "y/Adam_1 [4]",
              "beta1_power []",
              "beta2_power []");
    }
  }

  @Test
  void slotsHaveTheOriginalInitialValues() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      variables.glorotUniform("x", 1, 2);
      List<ResourceVariable> slots = new Adam(eval.tf(), variables.trainable()).slots();
      eval.initialize();
      assertThat(eval.values(slots.stream().map(ResourceVariable::value).toList()))
          .containsExactly(
              new double[2], new double[2], new double[] {0.9f}, new double[] {0.999f});
    }
  }

  @Test
  void missingGradientIsRejected() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      variables.zeros("x", 1);
      variables.zeros("y", 1);
      Adam adam = new Adam(eval.tf(), variables.trainable());
      Operand<TFloat32> one = eval.tf().constant(1f);
      assertThatThrownBy(() -> adam.applyGradients(eval.tf(), List.of(one), one, "train_op"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 gradients for 2 variables");
    }
  }
}
