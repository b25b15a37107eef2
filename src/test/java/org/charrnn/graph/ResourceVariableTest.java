package org.charrnn.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;

class ResourceVariableTest {
  private static final String NAME = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel";

  @Test
  void initializerSetsFirstValue() {
    try (Eval eval = new Eval()) {
      ResourceVariable variable = create(eval);
      eval.initialize();
      assertThat(eval.values(variable.value())).containsExactly(0.5, 0.5);
    }
  }

  @Test
  void assignedValuePersistsAcrossRuns() {
    try (Eval eval = new Eval()) {
      ResourceVariable variable = create(eval);
      var add =
          variable.assign(
              eval.tf(), eval.tf().math.add(variable.value(), eval.constant(new double[] {1, 2})));
      eval.initialize();
      eval.run(add);
      eval.run(add);
      assertThat(eval.values(variable.value())).containsExactly(2.5, 4.5);
    }
  }

  @Test
  void nameMayContainSlashes() {
    try (Eval eval = new Eval()) {
      assertThat(create(eval).handle().op().name()).isEqualTo(NAME);
    }
  }

  private static ResourceVariable create(Eval eval) {
    return ResourceVariable.create(eval.tf(), NAME, Shape.of(2), new Constant<>(0.5));
  }
}
