package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Conditions on what a function is called with, told to the caller in words if one is broken. */
final class Checks {
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
            List.of(
                tf.constant("ids must be from 0 to %d, got ".formatted(classes - 1)),
                tf.dtypes.asString(tf.reduceMin(flat, axis)),
                tf.constant(" to "),
                tf.dtypes.asString(tf.reduceMax(flat, axis))))
        .before(ids);
  }

  /**
   * Adds a condition.
   *
   * @param condition scalar
   * @param message what is said if it does not hold, in parts, each a scalar
   */
  Checks require(Operand<TBool> condition, List<Operand<TString>> message) {
    assertions.add(tf.assertThat(condition, List.of(tf.strings.join(message))));
    return this;
  }

  /**
   * Adds the condition that a number is in order.
   *
   * @param rule what holds of it if it is, such as {@code length must be at least 0}
   */
  Checks require(Operand<TBool> condition, String rule, Operand<? extends TType> got) {
    return require(condition, List.of(tf.constant(rule + ", got "), tf.dtypes.asString(got)));
  }

  /** Returns a tensor that is there only once all conditions are found to hold. */
  <T extends TType> Operand<T> before(Operand<T> tensor) {
    return tf.withControlDependencies(assertions).identity(tensor);
  }
}
