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
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.LstmFormula.State;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class BasicLSTMCellTest {
  /** Numbers of size 1, about twelve operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private final SplittableRandom random = new SplittableRandom(1);

  @ParameterizedTest
  @CsvSource({"3,4,2,1", "1,1,1,1", "5,2,3,0", "2,7,4,-0.5"})
  void oneStepEqualsFormula(int input, int hidden, int batch, double forgetBias) {
    LstmFormula weights = LstmFormula.random(random, input, hidden);
    assertStepsEqualFormula(
        new LstmFormula(weights.kernel(), weights.bias(), forgetBias), input, batch, 1);
  }

  @ParameterizedTest
  @CsvSource({"3,4,2", "1,1,1", "5,2,3"})
  void threeStepsEqualFormula(int input, int hidden, int batch) {
    assertStepsEqualFormula(LstmFormula.random(random, input, hidden), input, batch, 3);
  }

  private void assertStepsEqualFormula(LstmFormula formula, int input, int batch, int steps) {
    try (Eval eval = new Eval()) {
      BasicLSTMCell cell = LstmGraph.cell(eval, formula);
      State expected = formula.randomState(random, batch);
      RnnState state = LstmGraph.state(eval, List.of(expected));
      for (int i = 0; i < steps; i++) {
        double[][] x = Numbers.matrix(random, batch, input);
        expected = formula.step(x, expected);
        RnnCell.Step step = cell.step(eval.tf(), eval.constant(x), state);
        state = step.state();

        assertThat(eval.values(state.tensors().get(0)))
            .as("c after step %d", i)
            .containsExactly(flat(expected.c()), ROUNDING);
        assertThat(eval.values(state.tensors().get(1)))
            .as("h after step %d", i)
            .containsExactly(flat(expected.h()), ROUNDING);
        assertThat(eval.values(step.output())).isEqualTo(eval.values(state.tensors().get(1)));
      }
    }
  }

  @Test
  void closedForgetGateClearsCell() {
    double[] closed = bias(0, 0, -1000, 0);
    double[] c = stepWithoutInput(closed, 5);
    assertThat(c).containsExactly(0); // zero weights: the input adds sigmoid(0) * tanh(0)
  }

  @Test
  void openForgetAndClosedInputGateKeepCell() {
    double[] c = stepWithoutInput(bias(-1000, 3, 1000, 0), 5);
    assertThat(c).containsExactly(5);
  }

  @Test
  void forgetBiasIsAddedBeforeTheSigmoid() {
    double[] c = stepWithoutInput(bias(0, 0, 0, 0), 1);
    assertThat(c).containsExactly(new double[] {1 / (1 + Math.exp(-1))}, ROUNDING);
  }

  private static double[] bias(double i, double j, double f, double o) {
    return new double[] {i, j, f, o};
  }

  /** Returns the new c of a cell with one feature, zero input and a zero kernel. */
  private static double[] stepWithoutInput(double[] bias, double c) {
    LstmFormula weights = new LstmFormula(new double[2][4], bias, 1);
    State before = new State(new double[][] {{c}}, new double[][] {{0.5}});
    try (Eval eval = new Eval()) {
      RnnCell.Step step =
          LstmGraph.cell(eval, weights)
              .step(
                  eval.tf(),
                  eval.constant(new double[1][1]),
                  LstmGraph.state(eval, List.of(before)));
      return eval.values(step.state().tensors().get(0));
    }
  }

  @Test
  void closedOutputGateClearsOutputButNotCell() {
    LstmFormula weights = new LstmFormula(new double[2][4], bias(0, 0, 1000, -1000), 1);
    State before = new State(new double[][] {{2}}, new double[][] {{0.5}});
    try (Eval eval = new Eval()) {
      RnnCell.Step step =
          LstmGraph.cell(eval, weights)
              .step(
                  eval.tf(),
                  eval.constant(new double[1][1]),
                  LstmGraph.state(eval, List.of(before)));
      assertThat(eval.values(step.output())).containsExactly(0);
      assertThat(eval.values(step.state().tensors().get(0))).containsExactly(2);
    }
  }

  /** With zero input and a zero kernel, a gate is a function of its bias alone. */
  @Test
  void gatesAreFunctionsOfTheirOwnBiases() {
    double[] bias = bias(-0.5, 0.25, 2, 3);
    State before = new State(new double[][] {{2}}, new double[][] {{0.5}});
    try (Eval eval = new Eval()) {
      BasicLSTMCell.Gates gates =
          LstmGraph.cell(eval, new LstmFormula(new double[2][4], bias, 1))
              .gates(
                  eval.tf(),
                  eval.constant(new double[1][1]),
                  LstmGraph.state(eval, List.of(before)));
      assertThat(eval.values(gates.i())[0]).isCloseTo(sigmoid(-0.5), ROUNDING);
      assertThat(eval.values(gates.j())[0]).isCloseTo(Math.tanh(0.25), ROUNDING);
      assertThat(eval.values(gates.f())[0]).isCloseTo(sigmoid(2 + 1), ROUNDING);
      assertThat(eval.values(gates.o())[0]).isCloseTo(sigmoid(3), ROUNDING);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @ParameterizedTest
  @CsvSource({
    "'7,16', '12'", // bias of another hidden size
    "'7,15', '15'", // not four gates
    "'4,16', '16'", // no rows for the input
    "'7', '16'", // kernel of rank 1
    "'7,16', '1,16'", // bias of rank 2
    "'7,0', '0'", // hidden size 0
  })
  void wrongShapesAreRejected(String kernel, String bias) {
    Shape kernelShape = shape(kernel);
    Shape biasShape = shape(bias);
    try (Eval eval = new Eval()) {
      var k = eval.tf().placeholder(TFloat32.class, Placeholder.shape(kernelShape));
      var b = eval.tf().placeholder(TFloat32.class, Placeholder.shape(biasShape));
      assertThatThrownBy(() -> new BasicLSTMCell(k, b, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "an LSTM needs a kernel [input + hidden, 4 * hidden] and a bias [4 * hidden], got "
                  + kernelShape
                  + " and "
                  + biasShape);
    }
  }

  private static Shape shape(String sizes) {
    return Shape.of(Arrays.stream(sizes.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }

  @Test
  void weightsOfUnknownShapeAreRejected() {
    try (Eval eval = new Eval()) {
      var unknown = eval.tf().placeholder(TFloat32.class);
      assertThatThrownBy(() -> new BasicLSTMCell(unknown, unknown, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an LSTM needs a kernel");
    }
  }

  @Test
  void sizesFollowFromTheWeights() {
    try (Eval eval = new Eval()) {
      BasicLSTMCell cell = LstmGraph.cell(eval, LstmFormula.random(random, 3, 4));
      assertThat(cell.inputSize()).isEqualTo(3);
      assertThat(cell.hiddenSize()).isEqualTo(4);
      assertThat(cell.stateSizes()).containsExactly(4, 4);
    }
  }

  @Test
  void zeroStateHasARowForEachRowOfTheBatch() {
    try (Eval eval = new Eval()) {
      BasicLSTMCell cell = LstmGraph.cell(eval, LstmFormula.random(random, 3, 4));
      RnnState zero = cell.zeroState(eval.tf(), eval.tf().constant(2));
      assertThat(zero.tensors()).hasSize(2);
      for (var tensor : zero.tensors()) {
        assertThat(eval.values(tensor)).containsExactly(new double[8]);
        assertThat(eval.shape(tensor)).containsExactly(2, 4);
      }
    }
  }

  @Test
  void newCellHasGlorotKernelAndZeroBiasUnderItsScope() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      BasicLSTMCell cell = BasicLSTMCell.create(variables, "rnn/cell", 3, 4);
      assertThat(variables.trainable())
          .extracting(ResourceVariable::toString)
          .containsExactly("rnn/cell/kernel [7, 16]", "rnn/cell/bias [16]");
      assertThat(cell.forgetBias()).isEqualTo(1);
      eval.initialize();
      double limit = Math.sqrt(6.0 / (7 + 16));
      assertThat(Arrays.stream(eval.values(cell.kernel())).boxed())
          .allSatisfy(w -> assertThat(w).isNotZero().isBetween(-limit, limit));
      assertThat(eval.values(cell.bias())).containsOnly(0);
    }
  }
}
