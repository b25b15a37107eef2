package org.charrnn.nn;

import java.util.List;
import org.charrnn.testing.Eval;
import org.charrnn.testing.LstmFormula;

/** Cells and states in a graph with the values of formulas. */
final class LstmGraph {
  private LstmGraph() {}

  static BasicLSTMCell cell(Eval eval, LstmFormula formula) {
    return new BasicLSTMCell(
        eval.constant(formula.kernel()),
        eval.constant(formula.bias()),
        (float) formula.forgetBias());
  }

  static MultiRNNCell stack(Eval eval, List<LstmFormula> formulas) {
    return new MultiRNNCell(
        formulas.stream().<RnnCell>map(formula -> cell(eval, formula)).toList());
  }

  static RnnState state(Eval eval, List<LstmFormula.State> states) {
    return new RnnState(
        states.stream()
            .flatMap(state -> List.of(state.c(), state.h()).stream())
            .map(eval::constant)
            .toList());
  }
}
