package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.charrnn.testing.Numbers.flat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.testing.Eval;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.LstmFormula.State;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class MultiRNNCellTest {
  /** Numbers of size 1, two cells of about twelve operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private final SplittableRandom random = new SplittableRandom(2);
  private final LstmFormula lower = LstmFormula.random(random, 3, 4);
  private final LstmFormula upper = LstmFormula.random(random, 4, 2); // of another hidden size

  @Test
  void stackOfTwoEqualsTwoFormulasInSequence() {
    try (Eval eval = new Eval()) {
      assertStepEqualsFormulas(eval, LstmGraph.stack(eval, List.of(lower, upper)));
    }
  }

  @Test
  void withParametersGivesEachCellItsOwn() {
    try (Eval eval = new Eval()) {
      MultiRNNCell other =
          LstmGraph.stack(
              eval, List.of(LstmFormula.random(random, 3, 4), LstmFormula.random(random, 4, 2)));
      List<Operand<TFloat32>> parameters =
          LstmGraph.stack(eval, List.of(lower, upper)).parameters();
      MultiRNNCell bound = other.withParameters(parameters);
      assertThat(bound.parameters()).containsExactlyElementsOf(parameters);
      assertStepEqualsFormulas(eval, bound);
    }
  }

  private void assertStepEqualsFormulas(Eval eval, MultiRNNCell stack) {
    double[][] x = Numbers.matrix(random, 2, 3);
    State lowerBefore = lower.randomState(random, 2);
    State upperBefore = upper.randomState(random, 2);

    RnnCell.Step step =
        stack.step(
            eval.tf(), eval.constant(x), LstmGraph.state(eval, List.of(lowerBefore, upperBefore)));

    State lowerAfter = lower.step(x, lowerBefore);
    State upperAfter = upper.step(lowerAfter.h(), upperBefore);
    List<double[][]> expected =
        List.of(lowerAfter.c(), lowerAfter.h(), upperAfter.c(), upperAfter.h());
    List<double[]> states = eval.values(step.state().tensors());
    assertThat(states).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(states.get(i)).containsExactly(flat(expected.get(i)), ROUNDING);
    }
    assertThat(eval.values(step.output())).containsExactly(flat(upperAfter.h()), ROUNDING);
  }

  @Test
  void inputSizeIsThatOfTheBottomAndHiddenSizeThatOfTheTop() {
    try (Eval eval = new Eval()) {
      MultiRNNCell stack = LstmGraph.stack(eval, List.of(lower, upper));
      assertThat(stack.inputSize()).isEqualTo(3);
      assertThat(stack.hiddenSize()).isEqualTo(2);
      assertThat(stack.stateSizes()).containsExactly(4, 4, 2, 2);
    }
  }

  @Test
  void cellThatDoesNotFitTheOneBelowIsRejected() {
    try (Eval eval = new Eval()) {
      assertThatThrownBy(() -> LstmGraph.stack(eval, List.of(upper, lower)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cell 1 has input size 3, but cell 0 below it has hidden size 2");
    }
  }

  @Test
  void emptyStackIsRejected() {
    assertThatThrownBy(() -> new MultiRNNCell(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a stack needs at least one cell");
  }

  @Test
  void laterChangesToTheListDoNotAffectTheStack() {
    try (Eval eval = new Eval()) {
      List<RnnCell> cells = new ArrayList<>(List.of(LstmGraph.cell(eval, lower)));
      MultiRNNCell stack = new MultiRNNCell(cells);
      cells.add(LstmGraph.cell(eval, upper));
      assertThat(stack.cells()).hasSize(1);
    }
  }
}
