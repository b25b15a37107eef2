package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What a {@link FusedCell} reads over a sequence. */
public interface LayerInput {

  /** The input of each time step, {@code [batch, size]}. */
  List<Operand<TFloat32>> steps();

  /**
   * The product of every input with a matrix.
   *
   * @param matrix {@code [size, columns]}
   * @return {@code [time * batch, columns]}, time-major
   */
  Operand<TFloat32> product(Ops tf, Operand<TFloat32> matrix);

  /**
   * The gradient of a matrix that every input was multiplied by: the transposed inputs times the
   * gradients of the products.
   *
   * @param ofProducts {@code [time * batch, columns]}, time-major
   * @return {@code [size, columns]}
   */
  Operand<TFloat32> matrixGradient(Ops tf, Operand<TFloat32> ofProducts);

  /**
   * Any numbers.
   *
   * @param steps the input of each time step, {@code [batch, size]}
   */
  static LayerInput dense(Ops tf, List<Operand<TFloat32>> steps) {
    Operand<TFloat32> all = TimeMajor.join(tf, steps); // [time * batch, size]
    return new LayerInput() {
      @Override
      public List<Operand<TFloat32>> steps() {
        return steps;
      }

      @Override
      public Operand<TFloat32> product(Ops tf, Operand<TFloat32> matrix) {
        return tf.linalg.matMul(all, matrix);
      }

      @Override
      public Operand<TFloat32> matrixGradient(Ops tf, Operand<TFloat32> ofProducts) {
        return TimeMajor.matrixGradient(tf, all, ofProducts);
      }
    };
  }

  /**
   * One-hot numbers: a product with a matrix picks its rows, and the gradient of the matrix adds to
   * them.
   *
   * @param ids {@code [time * batch]}, time-major, from 0 to size - 1
   */
  static LayerInput oneHot(Ops tf, Operand<TInt32> ids, int size, int timeSteps) {
    var rows = tf.oneHot(ids, tf.constant(size), tf.constant(1f), tf.constant(0f));
    List<Operand<TFloat32>> steps = TimeMajor.split(tf, rows, timeSteps);
    return new LayerInput() {
      @Override
      public List<Operand<TFloat32>> steps() {
        return steps;
      }

      @Override
      public Operand<TFloat32> product(Ops tf, Operand<TFloat32> matrix) {
        return tf.gather(matrix, ids, tf.constant(0));
      }

      @Override
      public Operand<TFloat32> matrixGradient(Ops tf, Operand<TFloat32> ofProducts) {
        return tf.math.unsortedSegmentSum(ofProducts, ids, tf.constant(size));
      }
    };
  }
}
