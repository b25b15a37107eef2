package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class StaticRnnTest extends RnnContract {
  @Override
  RnnOutputs run(Ops tf, RnnCell cell, Operand<TFloat32> inputs, int timeSteps, RnnState initial) {
    return StaticRnn.unroll(tf, cell, inputs, timeSteps, initial);
  }

  @Test
  void inputsOfAnotherLengthAreRejected() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      RnnCell cell = LstmGraph.stack(eval, formulas);
      RnnState zero = cell.zeroState(tf, tf.constant(2));
      var inputs = eval.constant(new double[2][5][3]);
      assertThatThrownBy(() -> StaticRnn.unroll(tf, cell, inputs, 4, zero))
          .hasMessageContaining("must be 4 but is 5");
    }
  }
}
