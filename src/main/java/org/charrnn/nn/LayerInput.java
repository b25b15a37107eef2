package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What a {@link FusedCell} reads over a sequence. */
public interface LayerInput {

  /** How many time steps there are. */
  int timeSteps();

  /** The inputs themselves, {@code [batch, size]}. */
  TimeSteps numbers(Ops tf);

  /**
   * The product of every input with a matrix, and a bias.
   *
   * @param matrix {@code [size, columns]}
   * @param bias {@code [columns]}
   * @return {@code [time * batch, columns]}, time-major
   */
  Operand<TFloat32> product(Ops tf, Factor<?> matrix, Operand<TFloat32> bias);

  /**
   * The gradient of a matrix that inputs were multiplied by: the transposed inputs times the
   * gradients of the products.
   *
   * @param from the first time step that counts
   * @param count how many count
   * @param ofProducts {@code [count * batch, columns]}, time-major
   * @return {@code [size, columns]}
   */
  Operand<TFloat32> matrixGradient(Ops tf, int from, int count, Factor<?> ofProducts);

  /** Any numbers. */
  static LayerInput dense(TimeSteps inputs) {
    return new LayerInput() {
      @Override
      public int timeSteps() {
        return inputs.steps().size();
      }

      @Override
      public TimeSteps numbers(Ops tf) {
        return inputs;
      }

      @Override
      public Operand<TFloat32> product(Ops tf, Factor<?> matrix, Operand<TFloat32> bias) {
        return tf.nn.biasAdd(matrix.product(tf, inputs.all()), bias);
      }

      @Override
      public Operand<TFloat32> matrixGradient(Ops tf, int from, int count, Factor<?> ofProducts) {
        return ofProducts.productTransposed(tf, inputs.part(tf, from, count).all());
      }
    };
  }

  /**
   * One-hot numbers: a product with a matrix picks its rows, and the gradient of the matrix adds to
   * them.
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
      public TimeSteps numbers(Ops tf) {
        var rows = tf.oneHot(ids, tf.constant(size), tf.constant(1f), tf.constant(0f));
        return TimeSteps.split(tf, rows, timeSteps);
      }

      @Override
      public Operand<TFloat32> product(Ops tf, Factor<?> matrix, Operand<TFloat32> bias) {
        return tf.gather(tf.math.add(matrix.matrix(), bias), ids, tf.constant(0));
      }

      @Override
      public Operand<TFloat32> matrixGradient(Ops tf, int from, int count, Factor<?> ofProducts) {
        var byStep = tf.reshape(ids, tf.constant(new int[] {timeSteps, -1}));
        var counted =
            tf.slice(byStep, tf.constant(new int[] {from, 0}), tf.constant(new int[] {count, -1}));
        return tf.math.unsortedSegmentSum(
            ofProducts.matrix(),
            tf.reshape(counted, tf.constant(new int[] {-1})),
            tf.constant(size));
      }
    };
  }
}
