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
  static LayerInput dense(List<Operand<TFloat32>> steps) {
    return new LayerInput() {
      @Override
      public List<Operand<TFloat32>> steps() {
        return steps;
      }

      @Override
      public Operand<TFloat32> matrixGradient(Ops tf, Operand<TFloat32> ofProducts) {
        return TimeMajor.matrixGradient(tf, TimeMajor.join(tf, steps), ofProducts);
      }
    };
  }

  /**
   * One-hot numbers: the matrix' gradient is a sum of rows.
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
      public Operand<TFloat32> matrixGradient(Ops tf, Operand<TFloat32> ofProducts) {
        return tf.math.unsortedSegmentSum(ofProducts, ids, tf.constant(size));
      }
    };
  }
}
