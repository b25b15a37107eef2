package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.charrnn.testing.Numbers.flat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.testing.Eval;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.LstmFormula.Sequence;
import org.charrnn.testing.LstmFormula.State;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Tests of everything that runs a cell over a sequence. */
abstract class RnnContract {
  /**
   * A step adds a rounding error of about 1e-7, as in the cell's own test. Later steps reduce it,
   * since the gates of these cells are below 1.
   */
  static final Offset<Double> ROUNDING = within(2e-6);

  final SplittableRandom random = new SplittableRandom(3);
  final List<LstmFormula> formulas =
      List.of(LstmFormula.random(random, 3, 4), LstmFormula.random(random, 4, 2));

  /** Runs the cell under test; called at most twice in a test. */
  abstract RnnOutputs run(
      Ops tf, RnnCell cell, Operand<TFloat32> inputs, int timeSteps, RnnState initial);

  @Test
  void outputsAndStateEqualFormula() {
    double[][][] inputs = Numbers.tensor(random, 2, 6, 3);
    List<State> initial = initialStates(2);
    try (Eval eval = new Eval()) {
      RnnOutputs rnn =
          run(
              eval.tf(),
              LstmGraph.stack(eval, formulas),
              eval.constant(inputs),
              6,
              LstmGraph.state(eval, initial));
      assertEqualsFormula(eval, rnn, LstmFormula.run(formulas, inputs, initial));
    }
  }

  @Test
  void twoWindowsWithCarriedStateEqualOneLongWindow() {
    double[][][] inputs = Numbers.tensor(random, 2, 7, 3);
    try (Eval eval = new Eval()) {
      Ops tf = eval.tf();
      RnnCell cell = LstmGraph.stack(eval, formulas);
      RnnState zero = cell.zeroState(tf, tf.constant(2));
      RnnOutputs first = run(tf, cell, eval.constant(steps(inputs, 0, 3)), 3, zero);
      RnnOutputs second = run(tf, cell, eval.constant(steps(inputs, 3, 7)), 4, first.state());

      List<State> zeros = formulas.stream().map(formula -> formula.zeroState(2)).toList();
      Sequence whole = LstmFormula.run(formulas, inputs, zeros);
      assertThat(eval.values(first.outputs()))
          .containsExactly(flat(steps(whole.outputs(), 0, 3)), ROUNDING);
      assertEqualsFormula(eval, second, new Sequence(steps(whole.outputs(), 3, 7), whole.states()));
    }
  }

  final List<State> initialStates(int batch) {
    return formulas.stream().map(formula -> formula.randomState(random, batch)).toList();
  }

  static void assertEqualsFormula(Eval eval, RnnOutputs rnn, Sequence expected) {
    assertThat(eval.shape(rnn.outputs()))
        .containsExactly(
            expected.outputs().length,
            expected.outputs()[0].length,
            expected.outputs()[0][0].length);
    assertThat(eval.values(rnn.outputs())).containsExactly(flat(expected.outputs()), ROUNDING);
    List<double[]> states = eval.values(rnn.state().tensors());
    assertThat(states).hasSize(2 * expected.states().size());
    for (int layer = 0; layer < expected.states().size(); layer++) {
      State state = expected.states().get(layer);
      assertThat(states.get(2 * layer)).containsExactly(flat(state.c()), ROUNDING);
      assertThat(states.get(2 * layer + 1)).containsExactly(flat(state.h()), ROUNDING);
    }
  }

  private static double[][][] steps(double[][][] inputs, int from, int to) {
    return Arrays.stream(inputs)
        .map(row -> Arrays.copyOfRange(row, from, to))
        .toArray(double[][][]::new);
  }
}
