package org.charrnn.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.BasicRNNCell;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.DropoutCell;
import org.charrnn.nn.GRUCell;
import org.charrnn.nn.MultiRNNCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.Variables;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class FusedCellsTest {
  private static final int INPUT = 3;
  private static final int HIDDEN = 2;
  private static final int TIME = 4;

  private final Eval eval = new Eval();
  private final Ops tf = eval.tf();
  private final Variables variables = new Variables(tf, 1);

  @AfterEach
  void close() {
    eval.close();
  }

  private RnnCell cell(String kind, String scope, int inputSize) {
    return switch (kind) {
      case "lstm" -> BasicLSTMCell.create(variables, scope, inputSize, HIDDEN);
      case "gru" -> GRUCell.create(variables, scope, inputSize, HIDDEN);
      case "rnn" -> BasicRNNCell.create(variables, scope, inputSize, HIDDEN);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private FusedCell fused(String kind, String scope, int inputSize) {
    return FusedCells.of(tf, cell(kind, scope, inputSize), TFloat32.class);
  }

  private LayerInput input() {
    return LayerInput.dense(TimeSteps.split(tf, eval.constant(new double[TIME][INPUT]), TIME));
  }

  private RnnState state(int tensors) {
    Operand<TFloat32> zeros = eval.constant(new double[1][HIDDEN]);
    return new RnnState(Collections.nCopies(tensors, zeros));
  }

  @ParameterizedTest
  @CsvSource({"lstm", "gru", "rnn"})
  void fusedCellHasTheStateOfItsCell(String kind) {
    RnnCell cell = cell(kind, "cell", INPUT);
    FusedCell fused = FusedCells.of(tf, cell, TFloat32.class);
    assertThat(fused.stateTensors()).isEqualTo(cell.stateSizes().size());
    RnnState last = fused.unroll(tf, input(), state(fused.stateTensors())).state();
    assertThat(last.tensors()).hasSize(fused.stateTensors());
  }

  @Test
  void cellsWithoutFusedVersionAreRejected() {
    RnnCell lstm = cell("lstm", "cell", INPUT);
    RnnCell stack = new MultiRNNCell(List.of(lstm));
    RnnCell dropout = new DropoutCell(lstm, new Dropout(tf.constant(1f), tf.constant(0L), 1));
    for (RnnCell cell : List.of(stack, dropout)) {
      assertThatThrownBy(() -> FusedCells.of(tf, cell, TFloat32.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "%s has no fused version; unroll it with StaticRnn", cell.getClass().getSimpleName());
    }
  }

  /** Surplus tensors used to be ignored. */
  @ParameterizedTest
  @CsvSource({"lstm, 1", "lstm, 3", "gru, 0", "gru, 2", "rnn, 0", "rnn, 2"})
  void stateWithMoreOrFewerTensorsIsRejected(String kind, int tensors) {
    FusedCell cell = fused(kind, "cell", INPUT);
    assertRejects(cell, tensors);
  }

  @ParameterizedTest
  @CsvSource({"2", "4"})
  void stackRejectsStateWithMoreOrFewerTensors(int tensors) {
    FusedStack stack =
        new FusedStack(
            List.of(fused("lstm", "lower", INPUT), fused("gru", "upper", HIDDEN)),
            SequenceDropout.none(2));
    assertThat(stack.stateTensors()).isEqualTo(3);
    assertRejects(stack, tensors);
  }

  private void assertRejects(FusedCell cell, int tensors) {
    LayerInput input = input();
    RnnState state = state(tensors);
    assertThatThrownBy(() -> cell.unroll(tf, input, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the cell's state has " + cell.stateTensors() + " tensor")
        .hasMessageEndingWith("got " + tensors);
  }
}
