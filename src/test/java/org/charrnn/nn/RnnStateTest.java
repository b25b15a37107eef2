package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.testing.Eval;
import org.charrnn.testing.GruFormula;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.RnnFormula;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Surplus state tensors used to be ignored, and missing ones failed with a list's message. */
class RnnStateTest {
  private static final int INPUT = 3;
  private static final int HIDDEN = 2;

  private final SplittableRandom random = new SplittableRandom(17);

  private RnnCell cell(Eval eval, String kind) {
    return switch (kind) {
      case "lstm" -> LstmGraph.cell(eval, LstmFormula.random(random, INPUT, HIDDEN));
      case "gru" -> GRUCellTest.cell(eval, GruFormula.random(random, INPUT, HIDDEN));
      case "rnn" -> BasicRNNCellTest.cell(eval, RnnFormula.random(random, INPUT, HIDDEN));
      case "dropout" ->
          new DropoutCell(
              cell(eval, "lstm"), new Dropout(eval.tf().constant(1f), eval.tf().constant(0L), 1));
      case "stack" ->
          new MultiRNNCell(
              List.of(
                  cell(eval, "lstm"),
                  GRUCellTest.cell(eval, GruFormula.random(random, HIDDEN, HIDDEN))));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static RnnState state(Eval eval, int tensors) {
    Operand<TFloat32> zeros = eval.constant(new double[1][HIDDEN]);
    return new RnnState(Collections.nCopies(tensors, zeros));
  }

  private static String message(int count, int got) {
    return "the cell's state has %d tensor%s, got %d".formatted(count, count == 1 ? "" : "s", got);
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, 2, 1",
    "lstm, 2, 3",
    "gru, 1, 0",
    "gru, 1, 2",
    "rnn, 1, 0",
    "rnn, 1, 2",
    "dropout, 2, 1",
    "dropout, 2, 3",
    "stack, 3, 2",
    "stack, 3, 4"
  })
  void stateWithMoreOrFewerTensorsIsRejected(String kind, int count, int got) {
    try (Eval eval = new Eval()) {
      RnnCell cell = cell(eval, kind);
      RnnState state = state(eval, got);
      var input = eval.constant(new double[1][INPUT]);
      assertThatThrownBy(() -> cell.step(eval.tf(), input, state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message(count, got));

      var inputs = eval.constant(new double[1][4][INPUT]);
      assertThatThrownBy(() -> StaticRnn.unroll(eval.tf(), cell, inputs, 4, state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message(count, got));
      assertThatThrownBy(() -> DynamicRnn.run(eval.tf(), "loop", cell, inputs, state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message(count, got));
    }
  }
}
