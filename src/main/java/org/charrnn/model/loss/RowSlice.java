package org.charrnn.model.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Some rows of a batch.
 *
 * @param tf adds to the graph
 * @param from index of the first row
 * @param count number of rows
 * @param timeSteps in each row
 */
record RowSlice(Ops tf, int from, int count, int timeSteps) {
  /** Returns the rows of a matrix {@code [batch, columns]}. */
  <T extends TType> Operand<T> of(Operand<T> matrix) {
    return tf.slice(matrix, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
  }

  /** Returns the rows of {@code [batch, time]} as {@code [time * rows]}. */
  <T extends TType> Operand<T> timeMajor(Operand<T> matrix) {
    var transposed = tf.linalg.transpose(of(matrix), tf.constant(new int[] {1, 0}));
    return tf.reshape(transposed, tf.constant(new int[] {-1}));
  }

  /** Returns {@code [time * rows, columns]} as {@code [rows, time, columns]}. */
  <T extends TType> Operand<T> batchMajor(Operand<T> timeMajor) {
    var shape = tf.constant(new int[] {timeSteps, count, -1});
    return tf.linalg.transpose(tf.reshape(timeMajor, shape), tf.constant(new int[] {1, 0, 2}));
  }
}
