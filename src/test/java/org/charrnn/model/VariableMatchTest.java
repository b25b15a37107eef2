package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class VariableMatchTest {
  private static final VariableValue A = value("a", Shape.of(2));
  private static final VariableValue B = value("b", Shape.of(1, 3));
  private static final VariableValue C = value("c", Shape.scalar());
  private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

  static {
    List.of(A, B, C).forEach(value -> SHAPES.put(value.name(), value.shape()));
  }

  private static VariableValue value(String name, Shape shape) {
    return new VariableValue(name, shape, new float[(int) shape.size()]);
  }

  @Test
  void valuesAreReturnedInTheOrderOfTheVariables() {
    assertThat(VariableMatch.inOrder(SHAPES, List.of(C, A, B))).containsExactly(A, B, C);
    assertThat(VariableMatch.inOrder(Map.of(), List.of())).isEmpty();
  }

  @Test
  void missingValueIsNamed() {
    assertProblems("b is missing", A, C);
  }

  @Test
  void unknownValueIsNamed() {
    assertProblems("d is unknown", A, B, C, value("d", Shape.of(2)));
  }

  @Test
  void doubledValueIsNamed() {
    assertProblems("b is given twice", A, B, C, B);
  }

  @Test
  void valueOfAnotherShapeIsNamed() {
    assertProblems("b has shape [3, 1], expected [1, 3]", A, value("b", Shape.of(3, 1)), C);
  }

  @Test
  void allProblemsAreNamed() {
    assertProblems(
        "x is given twice, a is missing, b has shape [3], expected [1, 3], x is unknown",
        value("x", Shape.of(1)),
        value("b", Shape.of(3)),
        value("x", Shape.of(1)),
        C);
  }

  private static void assertProblems(String problems, VariableValue... values) {
    assertThatThrownBy(() -> VariableMatch.inOrder(SHAPES, List.of(values)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the values do not fit the variables: " + problems);
  }
}
