package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class GradientClippingTest {
  /** The norm is near 4, the root of a sum of 35 squares: about ten roundings of 3e-7 at most. */
  private static final Offset<Double> ROUNDING = within(3e-6);

  private final SplittableRandom random = new SplittableRandom(13);

  /** Gradients of ranks 3, 2 and 1. */
  private final double[][][] tensor = Numbers.tensor(random, 2, 3, 2);

  private final double[][] matrix = Numbers.matrix(random, 4, 5);
  private final double[] vector = Numbers.vector(random, 3);
  private final List<double[]> elements =
      List.of(Numbers.flat(tensor), Numbers.flat(matrix), vector);
  private final double norm =
      Math.sqrt(
          elements.stream()
              .flatMapToDouble(DoubleStream::of)
              .map(element -> element * element)
              .sum());

  private GradientClipping clip(Eval eval, float limit) {
    return GradientClipping.byGlobalNorm(eval.tf(), gradients(eval), limit);
  }

  private List<Operand<TFloat32>> gradients(Eval eval) {
    return List.of(eval.constant(tensor), eval.constant(matrix), eval.constant(vector));
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-3f, 0.5f, 1, 3})
  void gradientsAboveLimitAreScaledByOneFactor(float limit) {
    assertThat(norm).isGreaterThan(limit);
    try (Eval eval = new Eval()) {
      List<double[]> clipped = eval.values(clip(eval, limit).gradients());
      for (int i = 0; i < elements.size(); i++) {
        double[] expected = Arrays.stream(elements.get(i)).map(e -> e * limit / norm).toArray();
        assertThat(clipped.get(i)).containsExactly(expected, within(1e-6 * limit));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {5, 1000, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
  void gradientsBelowLimitAreUnchangedBitForBit(float limit) {
    assertThat(norm).isLessThan(limit);
    try (Eval eval = new Eval()) {
      assertThat(eval.values(clip(eval, limit).gradients()))
          .containsExactly(elements.toArray(double[][]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0.5f, 1000, Float.POSITIVE_INFINITY})
  void globalNormIsTheNormBeforeClipping(float limit) {
    try (Eval eval = new Eval()) {
      var globalNorm = clip(eval, limit).globalNorm();
      assertThat(eval.values(globalNorm)).containsExactly(new double[] {norm}, ROUNDING);
      assertThat(eval.shape(globalNorm)).isEmpty();
    }
  }

  @Test
  void zeroGradientsStayZero() {
    try (Eval eval = new Eval()) {
      var zeros = List.<Operand<TFloat32>>of(eval.constant(new double[3]));
      var clipping = GradientClipping.byGlobalNorm(eval.tf(), zeros, 1);
      assertThat(eval.values(clipping.gradients().get(0))).containsExactly(0, 0, 0);
      assertThat(eval.values(clipping.globalNorm())).containsExactly(0);
    }
  }
}
