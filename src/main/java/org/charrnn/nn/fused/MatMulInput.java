package org.charrnn.nn.fused;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * A matrix that is an input of several matrix products, rounded once to the type in which they are
 * computed.
 *
 * @param <T> type of the products and their inputs, such as {@code TBfloat16}
 */
public final class MatMulInput<T extends TFloating> {
  private final Operand<TFloat32> matrix;
  private final Operand<T> rounded;

  /**
   * @param matrix {@code [inner, columns]}
   * @param type of the products
   */
  public MatMulInput(Ops tf, Operand<TFloat32> matrix, Class<T> type) {
    this.matrix = matrix;
    rounded = cast(tf, matrix, type);
  }

  @SuppressWarnings("unchecked") // the types have been compared
  private static <T extends TNumber> Operand<T> cast(
      Ops tf, Operand<? extends TNumber> matrix, Class<T> type) {
    return matrix.type() == type ? (Operand<T>) matrix : tf.dtypes.cast(matrix, type);
  }

  /** The matrix before rounding. */
  public Operand<TFloat32> matrix() {
    return matrix;
  }

  /**
   * Computes {@code left * matrix}.
   *
   * @param left {@code [rows, inner]}
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> product(Ops tf, Operand<TFloat32> left) {
    return product(tf, cast(tf, left, rounded.type()), false);
  }

  /**
   * Computes {@code left * matrix}.
   *
   * @param left {@code [rows, inner]}
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> product(Ops tf, MatMulInput<T> left) {
    return product(tf, left.rounded, false);
  }

  /**
   * Computes {@code transpose(left) * matrix}.
   *
   * @param left {@code [inner, rows]}
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> productTransposed(Ops tf, Operand<TFloat32> left) {
    return product(tf, cast(tf, left, rounded.type()), true);
  }

  private Operand<TFloat32> product(Ops tf, Operand<T> left, boolean transposeLeft) {
    var product = tf.linalg.matMul(left, rounded, MatMul.transposeA(transposeLeft));
    return cast(tf, product, TFloat32.class);
  }
}
