package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.testing.Numbers.flat;

import java.util.List;
import org.charrnn.testing.CellFormula;
import org.charrnn.testing.Eval;
import org.charrnn.testing.GruFormula;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.LstmFormula.State;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RnnFormula;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class DynamicRnnTest extends RnnContract {
  private int loops;

  @Override
  RnnOutputs run(Ops tf, RnnCell cell, Operand<TFloat32> inputs, int timeSteps, RnnState initial) {
    return DynamicRnn.run(tf, "loop_" + loops++, cell, inputs, initial);
  }

  @Test
  void oneGraphAcceptsAnyBatchSizeAndLength() {
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      RnnCell cell = LstmGraph.stack(eval, formulas);
      var inputs = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 3)));
      var batch = tf.gather(tf.shape(inputs), tf.constant(0), tf.constant(0));
      RnnOutputs rnn = DynamicRnn.run(tf, "loop", cell, inputs, cell.zeroState(tf, batch));

      for (int[] size : new int[][] {{2, 6}, {1, 1}, {5, 3}, {3, 40}, {2, 6}}) {
        double[][][] numbers = Numbers.tensor(random, size[0], size[1], 3);
        eval.feed(inputs, Shape.of(size[0], size[1], 3), flat(numbers));
        List<State> zeros = formulas.stream().map(formula -> formula.zeroState(size[0])).toList();
        assertEqualsFormula(eval, rnn, LstmFormula.run(formulas, numbers, zeros));
      }
    }
  }

  @Test
  void zeroTimeStepsReturnEmptyOutputsAndTheInitialState() {
    List<State> initial = initialStates(2);
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      var inputs = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 3)));
      eval.feed(inputs, Shape.of(2, 0, 3), new double[0]);
      RnnOutputs rnn =
          DynamicRnn.run(
              tf, "loop", LstmGraph.stack(eval, formulas), inputs, LstmGraph.state(eval, initial));
      assertThat(eval.shape(rnn.outputs())).containsExactly(2, 0, 2);
      assertThat(eval.values(rnn.state().tensors().get(0)))
          .containsExactly(flat(initial.get(0).c()));
      assertThat(eval.values(rnn.state().tensors().get(3)))
          .containsExactly(flat(initial.get(1).h()));
    }
  }

  @Test
  void equalsStaticRnn() {
    double[][][] numbers = Numbers.tensor(random, 3, 8, 3);
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      RnnCell cell = LstmGraph.stack(eval, formulas);
      RnnState initial = LstmGraph.state(eval, initialStates(3));
      var inputs = eval.constant(numbers);
      RnnOutputs dynamic = DynamicRnn.run(tf, "loop", cell, inputs, initial);
      RnnOutputs unrolled = StaticRnn.unroll(tf, cell, inputs, 8, initial);

      assertThat(eval.values(dynamic.outputs()))
          .containsExactly(eval.values(unrolled.outputs()), ROUNDING);
      for (int i = 0; i < 4; i++) {
        assertThat(eval.values(dynamic.state().tensors().get(i)))
            .containsExactly(eval.values(unrolled.state().tensors().get(i)), ROUNDING);
      }
    }
  }

  /** A GRU below an RNN: their weights and states differ in number from those of an LSTM. */
  @Test
  void otherCellKindsEqualStaticRnnAndFormula() {
    GruFormula gru = GruFormula.random(random, 3, 4);
    RnnFormula plain = RnnFormula.random(random, 4, 2);
    double[][][] numbers = Numbers.tensor(random, 3, 8, 3);
    List<double[][]> initial = List.of(Numbers.matrix(random, 3, 4), Numbers.matrix(random, 3, 2));
    CellFormula.Sequence expected = CellFormula.stack(List.of(gru, plain), 1).run(numbers, initial);
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      RnnCell cell =
          new MultiRNNCell(
              List.of(GRUCellTest.cell(eval, gru), BasicRNNCellTest.cell(eval, plain)));
      RnnState state =
          new RnnState(List.of(eval.constant(initial.get(0)), eval.constant(initial.get(1))));
      var inputs = eval.constant(numbers);
      for (RnnOutputs rnn :
          List.of(
              DynamicRnn.run(tf, "loop", cell, inputs, state),
              StaticRnn.unroll(tf, cell, inputs, 8, state))) {
        assertThat(eval.values(rnn.outputs())).containsExactly(flat(expected.outputs()), ROUNDING);
        for (int i = 0; i < 2; i++) {
          assertThat(eval.values(rnn.state().tensors().get(i)))
              .containsExactly(flat(expected.state().get(i)), ROUNDING);
        }
      }
    }
  }
}
