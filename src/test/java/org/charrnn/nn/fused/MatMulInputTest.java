package org.charrnn.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.RnnState;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class MatMulInputTest {
  private static final int INNER = 40;

  private final SplittableRandom random = new SplittableRandom(1);

  static List<Class<? extends TFloating>> types() {
    return List.of(TFloat32.class, TBfloat16.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void inputsAndProductAreRounded(Class<? extends TFloating> type) {
    double[][] left = Numbers.matrix(random, 3, INNER);
    double[][] right = Numbers.matrix(random, INNER, 5);
    DoubleUnaryOperator rounding = type == TBfloat16.class ? MatMulInputTest::bfloat16 : x -> x;
    double lastBit = type == TBfloat16.class ? 0x1p-7 : 0; // of eight bits
    try (Eval eval = new Eval()) {
      MatMulInput<?> matrix = new MatMulInput<>(eval.tf(), eval.constant(right), type);
      double[] product = eval.values(matrix.product(eval.tf(), eval.constant(left)));
      double[] transposed =
          eval.values(matrix.productTransposed(eval.tf(), eval.constant(transpose(left))));
      for (int i = 0; i < product.length; i++) {
        double expected = 0;
        for (int k = 0; k < INNER; k++) {
          expected +=
              rounding.applyAsDouble(left[i / 5][k]) * rounding.applyAsDouble(right[k][i % 5]);
        }
        // the sum of 40 products of size 1 is also rounded in single precision
        assertThat(product[i]).isCloseTo(expected, within(Math.abs(expected) * lastBit + 1e-5));
        assertThat(transposed[i]).isCloseTo(expected, within(Math.abs(expected) * lastBit + 1e-5));
      }
      assertThat(eval.values(matrix.matrix())).containsExactly(rounded(Numbers.flat(right)));
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

  private static double[] rounded(double[] numbers) {
    return Numbers.doubles(Numbers.floats(numbers));
  }

  /** Near 8, numbers of eight bits are 1/16 apart, so additions of 0.01 would be lost. */
  @ParameterizedTest
  @MethodSource("types")
  void smallChangesOfLstmCellStateAddUp(Class<? extends TFloating> type) {
    int timeSteps = 100;
    double[] bias = {1000, 0.01, 1000, 0}; // input gate, candidate, forget gate, output gate
    try (Eval eval = new Eval()) {
      var cell = new BasicLSTMCell(eval.constant(new double[2][4]), eval.constant(bias), 0);
      Operand<TFloat32> inputs = eval.constant(new double[timeSteps][1]);
      RnnState initial =
          new RnnState(
              List.of(eval.constant(new double[][] {{8}}), eval.constant(new double[][] {{0}})));
      RnnState finalState =
          FusedCells.of(eval.tf(), cell, type)
              .unroll(
                  eval.tf(),
                  LayerInput.dense(TimeSteps.split(eval.tf(), inputs, timeSteps)),
                  initial)
              .state();
      assertThat(eval.values(finalState.tensors().get(0)))
          .containsExactly(new double[] {8 + timeSteps * Math.tanh(0.01)}, within(1e-4));
    }
  }
}
