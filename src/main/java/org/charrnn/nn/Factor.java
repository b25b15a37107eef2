package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * A matrix that others are multiplied by, in another type than single precision if that is faster.
 *
 * @param <T> in which factors and products are, such as {@code TBfloat16}
 */
public final class Factor<T extends TFloating> {
  private final Operand<TFloat32> matrix;
  private final Operand<T> rounded; // once for all products

  /**
   * @param matrix {@code [inner, columns]}
   * @param type of the products and what is multiplied
   */
  public Factor(Ops tf, Operand<TFloat32> matrix, Class<T> type) {
    this.matrix = matrix;
    rounded = as(tf, matrix, type);
  }

  @SuppressWarnings("unchecked") // the type has been compared
  private static <T extends TNumber> Operand<T> as(
      Ops tf, Operand<? extends TNumber> matrix, Class<T> type) {
    return matrix.type() == type ? (Operand<T>) matrix : tf.dtypes.cast(matrix, type);
  }

  /** The matrix, not rounded. */
  public Operand<TFloat32> matrix() {
    return matrix;
  }

  /**
   * Multiplies, {@code left * matrix}.
   *
   * @param left {@code [rows, inner]}
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> product(Ops tf, Operand<TFloat32> left) {
    return product(tf, as(tf, left, rounded.type()), false);
  }

  /**
   * Multiplies, {@code left * matrix}.
   *
   * @param left {@code [rows, inner]}, which has been rounded already
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> product(Ops tf, Factor<T> left) {
    return product(tf, left.rounded, false);
  }

  /**
   * Multiplies what is transposed, {@code transpose(left) * matrix}.
   *
   * @param left {@code [inner, rows]}
   * @return {@code [rows, columns]}
   */
  public Operand<TFloat32> productTransposed(Ops tf, Operand<TFloat32> left) {
    return product(tf, as(tf, left, rounded.type()), true);
  }

  private Operand<TFloat32> product(Ops tf, Operand<T> left, boolean transpose) {
    var product = tf.linalg.matMul(left, rounded, MatMul.transposeA(transpose));
    return as(tf, product, TFloat32.class);
  }
}
