package org.charrnn.nn.fused;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The input of a {@link FusedCell} at one time step. */
@FunctionalInterface
public interface StepInput {
  /**
   * Computes {@code [x, h] * kernel + bias}, where x is this input.
   *
   * @param h the part for the hidden state, {@code [batch, hidden]}
   * @return {@code [batch, columns]}
   */
  Operand<TFloat32> sum(Ops tf, SplitKernel<?> kernel, Operand<TFloat32> h);

  /**
   * Returns the input for tokens.
   *
   * @param ids {@code [batch]}
   * @param embedding {@code [classes, size]}; empty for one-hot input
   */
  static StepInput tokens(Ops tf, Operand<TInt32> ids, Optional<Operand<TFloat32>> embedding) {
    return embedding.isEmpty()
        ? oneHot(ids)
        : dense(tf.gather(embedding.get(), ids, tf.constant(0)));
  }

  /**
   * Returns an input with arbitrary values.
   *
   * @param x {@code [batch, size]}
   */
  static StepInput dense(Operand<TFloat32> x) {
    return (tf, kernel, h) -> {
      var inputAndH = tf.concat(List.of(x, h), tf.constant(1)); // [batch, input + hidden]
      return tf.nn.biasAdd(tf.linalg.matMul(inputAndH, kernel.whole()), kernel.bias());
    };
  }

  /**
   * Returns a one-hot input. Its product with a matrix gathers rows of the matrix.
   *
   * @param ids {@code [batch]}
   */
  static StepInput oneHot(Operand<TInt32> ids) {
    return (tf, kernel, h) -> {
      var hiddenSum = tf.nn.biasAdd(tf.linalg.matMul(h, kernel.hiddenRows()), kernel.bias());
      return tf.math.add(tf.gather(kernel.inputRows(), ids, tf.constant(0)), hiddenSum);
    };
  }
}
