package org.charrnn.model.export;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Conditions on the arguments of a function, reported to the caller in words if violated. */
final class Checks {
  private static final long MAX_REPORTED = 100; // elements of a tensor

  private final Ops tf;
  private final List<Op> assertions = new ArrayList<>();

  private Checks(Ops tf) {
    this.tf = tf;
  }

  static Checks of(Ops tf) {
    return new Checks(tf);
  }

  /** Returns ids of any shape after checking that they are tokens of the vocabulary. */
  static Operand<TInt32> requireIds(Ops tf, Operand<TInt32> ids, int classes) {
    var flat = tf.reshape(ids, tf.constant(new int[] {-1}));
    var axis = tf.constant(0);
    var inside =
        tf.math.logicalAnd(
            tf.math.greaterEqual(flat, tf.constant(0)), tf.math.less(flat, tf.constant(classes)));
    return of(tf)
        .require(
            tf.all(inside, axis),
            "ids must be from 0 to %d, their minimum and maximum are".formatted(classes - 1),
            tf.reduceMin(flat, axis),
            tf.reduceMax(flat, axis))
        .before(ids);
  }

  /**
   * Adds a condition.
   *
   * @param condition scalar
   * @param message reported if it is violated
   * @param found tensors that are reported after the message; they are not formatted as text in the
   *     graph, which a compiler such as XLA could not do
   */
  Checks require(Operand<TBool> condition, String message, Operand<?>... found) {
    List<Operand<?>> reported = new ArrayList<>();
    reported.add(tf.constant(message));
    reported.addAll(List.of(found));
    assertions.add(tf.assertThat(condition, reported, AssertThat.summarize(MAX_REPORTED)));
    return this;
  }

  /** Returns a tensor that is computed only after all conditions have been checked. */
  <T extends TType> Operand<T> before(Operand<T> tensor) {
    return tf.withControlDependencies(assertions).identity(tensor);
  }
}
