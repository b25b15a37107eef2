package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.charrnn.testing.Numbers.flat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RnnFormula;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class BasicRNNCellTest {
  /** Numbers of size 1, about twelve operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private final SplittableRandom random = new SplittableRandom(12);

  @ParameterizedTest
  @CsvSource({"3,4,2,1", "1,1,1,1", "5,2,3,1", "3,4,2,3", "1,1,1,3", "5,2,3,3"})
  void stepsEqualFormula(int input, int hidden, int batch, int steps) {
    RnnFormula formula = RnnFormula.random(random, input, hidden);
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = cell(eval, formula);
      List<double[][]> expected = List.<double[][]>of(Numbers.matrix(random, batch, hidden));
      RnnState state = new RnnState(List.of(eval.constant(expected.get(0))));
      for (int i = 0; i < steps; i++) {
        double[][] x = Numbers.matrix(random, batch, input);
        expected = formula.step(x, expected);
        RnnCell.Step step = cell.step(eval.tf(), eval.constant(x), state);
        state = step.state();

        assertThat(state.tensors()).hasSize(1);
        assertThat(eval.values(step.output()))
            .as("h after step %d", i)
            .containsExactly(flat(expected.get(0)), ROUNDING);
        assertThat(eval.values(state.tensors().get(0))).isEqualTo(eval.values(step.output()));
      }
    }
  }

  static BasicRNNCell cell(Eval eval, RnnFormula formula) {
    return new BasicRNNCell(eval.constant(formula.kernel()), eval.constant(formula.bias()));
  }

  @ParameterizedTest
  @CsvSource({
    "'7,4', '3'", // bias of another hidden size
    "'4,4', '4'", // no rows for the input
    "'7', '4'", // kernel of rank 1
    "'7,4', '1,4'", // bias of rank 2
  })
  void wrongShapesAreRejected(String kernel, String bias) {
    Shape kernelShape = shape(kernel);
    Shape biasShape = shape(bias);
    try (Eval eval = new Eval()) {
      var k = eval.tf().placeholder(TFloat32.class, Placeholder.shape(kernelShape));
      var b = eval.tf().placeholder(TFloat32.class, Placeholder.shape(biasShape));
      assertThatThrownBy(() -> new BasicRNNCell(k, b))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "an RNN needs a kernel [input + hidden, hidden] and a bias [hidden], got %s and %s",
              kernelShape, biasShape);
    }
  }

  private static Shape shape(String sizes) {
    return Shape.of(Arrays.stream(sizes.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }

  @Test
  void weightsOfUnknownShapeAreRejected() {
    try (Eval eval = new Eval()) {
      var unknown = eval.tf().placeholder(TFloat32.class);
      assertThatThrownBy(() -> new BasicRNNCell(unknown, unknown))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an RNN needs a kernel");
    }
  }

  @Test
  void sizesFollowFromTheWeights() {
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = cell(eval, RnnFormula.random(random, 3, 4));
      assertThat(cell.inputSize()).isEqualTo(3);
      assertThat(cell.hiddenSize()).isEqualTo(4);
      assertThat(cell.stateSizes()).containsExactly(4);
    }
  }

  @Test
  void newCellHasGlorotKernelAndZeroBiasUnderItsScope() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      BasicRNNCell cell = BasicRNNCell.create(variables, "rnn/cell", 3, 4);
      assertThat(variables.trainable())
          .extracting(ResourceVariable::toString)
          .containsExactly("rnn/cell/kernel [7, 4]", "rnn/cell/bias [4]");
      assertThat(cell.parameters())
          .isEqualTo(variables.trainable().stream().map(ResourceVariable::value).toList());
      eval.initialize();
      double limit = Math.sqrt(6.0 / (7 + 4));
      assertThat(Arrays.stream(eval.values(cell.kernel())).boxed())
          .allSatisfy(w -> assertThat(w).isNotZero().isBetween(-limit, limit));
      assertThat(eval.values(cell.bias())).containsOnly(0);
    }
  }
}
