package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class FactorTest {
  private static final int INNER = 40;

  private final SplittableRandom random = new SplittableRandom(1);

  static List<Class<? extends TFloating>> types() {
    return List.of(TFloat32.class, TBfloat16.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void multipliesFactorsThatAreRoundedAndRoundsTheProduct(Class<? extends TFloating> type) {
    double[][] left = Numbers.matrix(random, 3, INNER);
    double[][] right = Numbers.matrix(random, INNER, 5);
    DoubleUnaryOperator rounding = type == TBfloat16.class ? FactorTest::bfloat16 : x -> x;
    double last = type == TBfloat16.class ? 0x1p-7 : 0; // one in the last of eight bits
    try (Eval eval = new Eval()) {
      Factor<?> factor = new Factor<>(eval.tf(), eval.constant(right), type);
      double[] product = eval.values(factor.product(eval.tf(), eval.constant(left)));
      double[] transposed =
          eval.values(factor.productTransposed(eval.tf(), eval.constant(transpose(left))));
      for (int i = 0; i < product.length; i++) {
        double expected = 0;
        for (int k = 0; k < INNER; k++) {
          expected +=
              rounding.applyAsDouble(left[i / 5][k]) * rounding.applyAsDouble(right[k][i % 5]);
        }
        // besides, a sum of 40 products of size 1 is off by their rounding in single precision
        assertThat(product[i]).isCloseTo(expected, within(Math.abs(expected) * last + 1e-5));
        assertThat(transposed[i]).isCloseTo(expected, within(Math.abs(expected) * last + 1e-5));
      }
      assertThat(eval.values(factor.matrix())).containsExactly(singles(Numbers.flat(right)));
    }
  }

  /** Rounds to eight bits, ties to even. */
  private static double bfloat16(double x) {
    int bits = Float.floatToIntBits((float) x);
    int up = 0x7fff + (bits >>> 16 & 1);
    return Float.intBitsToFloat(bits + up & 0xffff0000);
  }

  private static double[][] transpose(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }

  private static double[] singles(double[] numbers) {
    return Numbers.doubles(Numbers.floats(numbers));
  }

  /** At 8 the numbers of eight bits are 1/16 apart: in them a hundredth at a time would be lost. */
  @ParameterizedTest
  @MethodSource("types")
  void smallChangesOfAnLstmsCellStateAddUp(Class<? extends TFloating> type) {
    int timeSteps = 100;
    double[] bias = {1000, 0.01, 1000, 0}; // input gate, new input, forget gate, output gate
    try (Eval eval = new Eval()) {
      var cell = new BasicLSTMCell(eval.constant(new double[2][4]), eval.constant(bias), 0);
      Operand<TFloat32> inputs = eval.constant(new double[timeSteps][1]);
      RnnState first =
          new RnnState(
              List.of(eval.constant(new double[][] {{8}}), eval.constant(new double[][] {{0}})));
      RnnState last =
          cell.fused(eval.tf(), type)
              .orElseThrow()
              .unroll(
                  eval.tf(), LayerInput.dense(TimeSteps.split(eval.tf(), inputs, timeSteps)), first)
              .state();
      assertThat(eval.values(last.tensors().get(0)))
          .containsExactly(new double[] {8 + timeSteps * Math.tanh(0.01)}, within(1e-4));
    }
  }
}
