package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
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
