package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The two parts of a kernel {@code [input + hidden, columns]}, each transposed. */
final class TransposedKernel {
  private TransposedKernel() {}

  /** The part that reads the input, {@code [columns, input]}. */
  static Operand<TFloat32> inputRows(Ops tf, Operand<TFloat32> kernel, int inputSize) {
    return rows(tf, kernel, 0, inputSize);
  }

  /** The part that reads the hidden state, {@code [columns, hidden]}. */
  static Operand<TFloat32> hiddenRows(Ops tf, Operand<TFloat32> kernel, int inputSize) {
    return rows(tf, kernel, inputSize, -1);
  }

  private static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> kernel, int from, int count) {
    var rows =
        tf.slice(kernel, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
    return tf.linalg.transpose(rows, tf.constant(new int[] {1, 0}));
  }
}
