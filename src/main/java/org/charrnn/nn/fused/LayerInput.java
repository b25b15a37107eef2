package org.charrnn.nn.fused;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The input of a {@link FusedCell} over a sequence. */
public interface LayerInput {
  /** Number of time steps. */
  int timeSteps();

  /** The values of the input, {@code [batch, size]} for each time step. */
  TimeSteps values(Ops tf);

  /**
   * Multiplies the input of all time steps by a matrix and adds a bias.
   *
   * @param matrix {@code [size, columns]}
   * @param bias {@code [columns]}
   * @return {@code [time * batch, columns]}, time-major
   */
  Operand<TFloat32> product(Ops tf, MatMulInput<?> matrix, Operand<TFloat32> bias);

  /**
   * Returns the gradient of a matrix that inputs were multiplied by: the transposed inputs times
   * the gradients of the products.
   *
   * @param from first time step
   * @param count number of time steps
   * @param dProducts {@code [count * batch, columns]}, time-major
   * @return {@code [size, columns]}
   */
  Operand<TFloat32> dMatrix(Ops tf, int from, int count, MatMulInput<?> dProducts);

  /**
   * Returns the input for tokens.
   *
   * @param ids {@code [time * batch]}, time-major, from 0 to classes - 1
   * @param embedding {@code [classes, size]}; empty for one-hot input
   */
  static LayerInput tokens(
      Ops tf,
      Operand<TInt32> ids,
      Optional<Operand<TFloat32>> embedding,
      int classes,
      int timeSteps) {
    if (embedding.isEmpty()) {
      return oneHot(ids, classes, timeSteps);
    }
    var embedded = tf.gather(embedding.get(), ids, tf.constant(0));
    return dense(TimeSteps.split(tf, embedded, timeSteps));
  }

  /** Returns an input with arbitrary values. */
  static LayerInput dense(TimeSteps inputs) {
    return new LayerInput() {
      @Override
      public int timeSteps() {
        return inputs.steps().size();
      }

      @Override
      public TimeSteps values(Ops tf) {
        return inputs;
      }

      @Override
      public Operand<TFloat32> product(Ops tf, MatMulInput<?> matrix, Operand<TFloat32> bias) {
        return tf.nn.biasAdd(matrix.product(tf, inputs.all()), bias);
      }

      @Override
      public Operand<TFloat32> dMatrix(Ops tf, int from, int count, MatMulInput<?> dProducts) {
        return dProducts.productTransposed(tf, inputs.part(tf, from, count).all());
      }
    };
  }

  /**
   * Returns a one-hot input. Its product with a matrix gathers rows of the matrix, and the gradient
   * of the matrix is a sum by rows.
   *
   * @param ids {@code [time * batch]}, time-major, from 0 to size - 1
   */
  static LayerInput oneHot(Operand<TInt32> ids, int size, int timeSteps) {
    return new LayerInput() {
      @Override
      public int timeSteps() {
        return timeSteps;
      }

      @Override
      public TimeSteps values(Ops tf) {
        var rows = tf.oneHot(ids, tf.constant(size), tf.constant(1f), tf.constant(0f));
        return TimeSteps.split(tf, rows, timeSteps);
      }

      @Override
      public Operand<TFloat32> product(Ops tf, MatMulInput<?> matrix, Operand<TFloat32> bias) {
        return tf.gather(tf.math.add(matrix.matrix(), bias), ids, tf.constant(0));
      }

      @Override
      public Operand<TFloat32> dMatrix(Ops tf, int from, int count, MatMulInput<?> dProducts) {
        var byStep = tf.reshape(ids, tf.constant(new int[] {timeSteps, -1}));
        var part =
            tf.slice(byStep, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
        return tf.math.unsortedSegmentSum(
            dProducts.matrix(), tf.reshape(part, tf.constant(new int[] {-1})), tf.constant(size));
      }
    };
  }
}
