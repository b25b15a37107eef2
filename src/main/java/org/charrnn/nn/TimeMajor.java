package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/** Tensors {@code [time * batch, features]}, as lists of time steps and back. */
public final class TimeMajor {
  private TimeMajor() {}

  /** Returns {@code [batch, features]} for each time step. */
  public static List<Operand<TFloat32>> split(Ops tf, Operand<TFloat32> all, int timeSteps) {
    return List.copyOf(tf.split(tf.constant(0), all, (long) timeSteps).output());
  }

  /** Returns {@code [time * batch, features]}. */
  public static Operand<TFloat32> join(Ops tf, List<Operand<TFloat32>> steps) {
    return steps.size() == 1 ? steps.get(0) : tf.concat(steps, tf.constant(0));
  }

  /**
   * The gradient of a matrix that every row was multiplied by, in one product over all time steps.
   *
   * @param factors {@code [time * batch, rows]}
   * @param ofProducts {@code [time * batch, columns]}
   * @return {@code [rows, columns]}
   */
  public static Operand<TFloat32> matrixGradient(
      Ops tf, Operand<TFloat32> factors, Operand<TFloat32> ofProducts) {
    return tf.linalg.matMul(factors, ofProducts, MatMul.transposeA(true));
  }

  /** The gradient of a bias that was added to every row, {@code [features]}. */
  public static Operand<TFloat32> biasGradient(Ops tf, Operand<TFloat32> all) {
    return tf.nn.biasAddGrad(all);
  }
}
