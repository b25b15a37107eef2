package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The random numbers, in [0, 1), with which a loop samples tokens. {@link
 * org.charrnn.decoding.RowRandom} says what they are.
 */
@FunctionalInterface
public interface RandomNumbers {
  /** Adds the tensors that the numbers need to the variables of a loop. */
  Inside addTo(LoopVariables variables);

  /** The numbers inside the loop. */
  @FunctionalInterface
  interface Inside {
    /**
     * Returns the number for the next token of each row, {@code [rows]}.
     *
     * @param previous the previous token of each row, {@code [rows]}
     * @param generated tokens that the loop has added to each row, scalar
     */
    Operand<TFloat64> next(
        Ops tf, LoopVariables.Values v, Operand<TInt32> previous, Operand<TInt32> generated);
  }

  /**
   * Returns numbers that are fed.
   *
   * @param numbers {@code [tokens, rows]}
   */
  static RandomNumbers given(Operand<TFloat64> numbers) {
    return variables -> {
      var all = variables.add(numbers, Shape.of(-1, -1));
      return (tf, v, previous, generated) -> tf.gather(v.get(all), generated, tf.constant(0));
    };
  }

  /**
   * Returns numbers that the graph computes for the rows 0, 1, 2 and so on.
   *
   * @param seed scalar
   * @param from position in the text of the first token, scalar
   */
  static RandomNumbers seeded(Operand<TInt64> seed, Operand<TInt32> from) {
    return variables -> {
      var seedInLoop = variables.add(seed, Shape.scalar());
      var fromInLoop = variables.add(from, Shape.scalar());
      return (tf, v, previous, generated) ->
          uniform(
              tf, tf.shape(previous), tf.math.add(v.get(fromInLoop), generated), v.get(seedInLoop));
    };
  }

  /**
   * Computes numbers for the rows 0, 1, 2 and so on.
   *
   * @param rows number of rows, {@code [1]}
   * @param position of the token in its text, scalar
   * @param seed scalar
   */
  static Operand<TFloat64> uniform(
      Ops tf, Operand<TInt32> rows, Operand<TInt32> position, Operand<TInt64> seed) {
    var seeds = tf.stack(List.of(seed, tf.dtypes.cast(position, TInt64.class)));
    return tf.random.statelessRandomUniform(rows, seeds, TFloat64.class);
  }
}
