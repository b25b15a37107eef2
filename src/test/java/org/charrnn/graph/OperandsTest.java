package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.op.Ops;

class OperandsTest {
  @Test
  void operandOfTheTypeIsReturnedUnchanged() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      var number = tf.constant(1f);
      assertThat(Operands.float32(number)).isSameAs(number);
      assertThat(Operands.float32(List.of(number))).containsExactly(number);
    }
  }

  @Test
  void operandOfAnotherTypeIsRejected() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      assertThatThrownBy(() -> Operands.int32(tf.constant(1L)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected an operand of type DT_INT32, got DT_INT64");
      assertThatThrownBy(() -> Operands.float32(List.of(tf.constant(1f), tf.constant(1.0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected an operand of type DT_FLOAT, got DT_DOUBLE");
    }
  }
}
