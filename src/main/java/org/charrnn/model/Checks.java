package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Conditions on what a function is called with, told to the caller in words if one is broken. */
final class Checks {
  private static final long MOST_TOLD = 100; // elements of a tensor

  private final Ops tf;
  private final List<Op> assertions = new ArrayList<>();

  private Checks(Ops tf) {
    this.tf = tf;
  }

  static Checks of(Ops tf) {
    return new Checks(tf);
  }

  /** Returns ids of any shape once they are found to be below a number of classes. */
  static Operand<TInt32> requireIds(Ops tf, Operand<TInt32> ids, int classes) {
    var flat = tf.reshape(ids, tf.constant(new int[] {-1}));
    var axis = tf.constant(0);
    var inside =
        tf.math.logicalAnd(
            tf.math.greaterEqual(flat, tf.constant(0)), tf.math.less(flat, tf.constant(classes)));
    return of(tf)
        .require(
            tf.all(inside, axis),
            "ids must be from 0 to %d, their least and greatest are".formatted(classes - 1),
            tf.reduceMin(flat, axis),
            tf.reduceMax(flat, axis))
        .before(ids);
  }

  /**
   * Adds a condition.
   *
   * @param condition scalar
   * @param message what is said if it does not hold
   * @param found what is told behind it; no text is made of it in the graph, which a compiler such
   *     as XLA could not do
   */
  Checks require(Operand<TBool> condition, String message, Operand<?>... found) {
    List<Operand<?>> told = new ArrayList<>();
    told.add(tf.constant(message));
    told.addAll(List.of(found));
    assertions.add(tf.assertThat(condition, told, AssertThat.summarize(MOST_TOLD)));
    return this;
  }

  /** Returns a tensor that is there only once all conditions are found to hold. */
  <T extends TType> Operand<T> before(Operand<T> tensor) {
    return tf.withControlDependencies(assertions).identity(tensor);
  }
}
