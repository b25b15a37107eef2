package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.types.TFloat32;

class SequenceLossTest {
  /** Numbers of size 1, about twenty operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private static final int[][] TARGETS = {{0, 3, 1}, {2, 2, 0}};
  private static final double[][] ONES = {{1, 1, 1}, {1, 1, 1}};
  private static final double[][] SOME = {{1, 0, 0.5}, {2, 1, 0}};

  private final double[][][] logits = Numbers.tensor(new SplittableRandom(4), 2, 3, 4);

  @Test
  void lossWithWeightsOfOneIsTheMeanOverAllPositions() {
    double mean =
        (crossEntropy(0, 0) + crossEntropy(0, 1) + crossEntropy(0, 2))
            + (crossEntropy(1, 0) + crossEntropy(1, 1) + crossEntropy(1, 2));
    assertThat(loss(logits, TARGETS, ONES)).isCloseTo(mean / 6, ROUNDING);
  }

  @Test
  void weightsScalePositionsAndZeroExcludesThem() {
    double sum =
        crossEntropy(0, 0) + 0.5 * crossEntropy(0, 2) + 2 * crossEntropy(1, 0) + crossEntropy(1, 1);
    assertThat(loss(logits, TARGETS, SOME)).isCloseTo(sum / 4.5, ROUNDING);
  }

  private double crossEntropy(int row, int t) {
    return -Math.log(SoftmaxFormula.softmax(logits[row][t])[TARGETS[row][t]]);
  }

  @Test
  void lossOfEqualLogitsIsLnOfClasses() {
    assertThat(loss(new double[2][3][4], TARGETS, ONES)).isCloseTo(Math.log(4), ROUNDING);
  }

  @Test
  void lossWithoutAnyWeightIsZero() {
    assertThat(loss(logits, TARGETS, new double[2][3])).isZero();
  }

  @Test
  void lossOfHugeLogitsIsFinite() {
    double[][][] certain = {{{1000, 0, 0, 0}}};
    double[][] one = {{1}};
    assertThat(loss(certain, new int[][] {{0}}, one)).isZero();
    assertThat(loss(certain, new int[][] {{1}}, one)).isEqualTo(1000);
  }

  @Test
  void gradientIsWeightedSoftmaxMinusOneHot() {
    double[][][] expected = {
      {gradient(0, 0), gradient(0, 1), gradient(0, 2)},
      {gradient(1, 0), gradient(1, 1), gradient(1, 2)}
    };
    try (Eval eval = new Eval()) {
      Operand<TFloat32> x = eval.constant(logits);
      Operand<TFloat32> loss = create(eval, x, TARGETS, SOME);
      Output<?>[] gradients =
          eval.graph().addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()});
      assertThat(eval.values(gradients[0])).containsExactly(Numbers.flat(expected), ROUNDING);
    }
  }

  @Test
  void explicitGradientIsWeightedSoftmaxMinusOneHot() {
    double[][] expected = {gradient(0, 0), gradient(0, 1), gradient(0, 2)};
    double[] weights = Arrays.stream(SOME[0]).map(w -> w / 4.5).toArray();
    double loss = weights[0] * crossEntropy(0, 0) + weights[2] * crossEntropy(0, 2);
    try (Eval eval = new Eval()) {
      SequenceLoss.WithGradient actual = withGradient(eval, logits[0], TARGETS[0], weights);
      assertThat(eval.values(actual.loss())[0]).isCloseTo(loss, ROUNDING);
      assertThat(eval.values(actual.dLogits())).containsExactly(Numbers.flat(expected), ROUNDING);
    }
  }

  @Test
  void explicitGradientOfHugeLogitsIsFinite() {
    double[][] certain = {{1000, 0, 0, 0}, {1000, 0, 0, 0}};
    try (Eval eval = new Eval()) {
      SequenceLoss.WithGradient actual =
          withGradient(eval, certain, new int[] {0, 1}, new double[] {1, 1});
      assertThat(eval.values(actual.loss())[0]).isEqualTo(1000);
      assertThat(eval.values(actual.dLogits())).containsExactly(0, 0, 0, 0, 1, -1, 0, 0);
    }
  }

  private static SequenceLoss.WithGradient withGradient(
      Eval eval, double[][] logits, int[] targets, double[] weights) {
    return SequenceLoss.withGradient(
        eval.tf(), eval.constant(logits), eval.tf().constant(targets), eval.constant(weights));
  }

  private double[] gradient(int row, int t) {
    double[] gradient = SoftmaxFormula.softmax(logits[row][t]);
    gradient[TARGETS[row][t]] -= 1;
    double total = Arrays.stream(Numbers.flat(SOME)).sum();
    return Arrays.stream(gradient).map(g -> g * SOME[row][t] / total).toArray();
  }

  private static double loss(double[][][] logits, int[][] targets, double[][] weights) {
    try (Eval eval = new Eval()) {
      Operand<TFloat32> loss = create(eval, eval.constant(logits), targets, weights);
      assertThat(loss.shape().numDimensions()).isZero();
      return eval.values(loss)[0];
    }
  }

  private static Operand<TFloat32> create(
      Eval eval, Operand<TFloat32> logits, int[][] targets, double[][] weights) {
    return SequenceLoss.create(
        eval.tf(), logits, eval.tf().constant(targets), eval.constant(weights));
  }
}
