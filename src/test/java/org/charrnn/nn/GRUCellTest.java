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
import org.charrnn.testing.GruFormula;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class GRUCellTest {
  /** Numbers of size 1, about twelve operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  private final SplittableRandom random = new SplittableRandom(11);

  @ParameterizedTest
  @CsvSource({"3,4,2,1", "1,1,1,1", "5,2,3,1", "3,4,2,3", "1,1,1,3", "5,2,3,3"})
  void stepsEqualFormula(int input, int hidden, int batch, int steps) {
    GruFormula formula = GruFormula.random(random, input, hidden);
    try (Eval eval = new Eval()) {
      GRUCell cell = cell(eval, formula);
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

  @Test
  void openUpdateGateKeepsState() {
    assertThat(step(new double[] {0, 1000}, 0.5, 0.75)).isEqualTo(0.75);
  }

  @Test
  void closedUpdateGateReplacesStateByCandidate() {
    // The reset gate is open: the candidate reads all of h.
    assertThat(step(new double[] {1000, -1000}, 0.5, 0.75))
        .isCloseTo(Math.tanh(0.5 + 0.75), ROUNDING);
  }

  @Test
  void closedResetGateHidesStateFromCandidate() {
    assertThat(step(new double[] {-1000, -1000}, 0.5, 0.75)).isCloseTo(Math.tanh(0.5), ROUNDING);
  }

  /**
   * Returns the new h of a cell with one feature, whose gates depend on their biases alone and
   * whose candidate is {@code tanh(x + r * h)}.
   */
  private static double step(double[] gatesBias, double x, double h) {
    GruFormula weights =
        new GruFormula(new double[2][2], gatesBias, new double[][] {{1}, {1}}, new double[1]);
    try (Eval eval = new Eval()) {
      RnnState state = new RnnState(List.of(eval.constant(new double[][] {{h}})));
      var input = eval.constant(new double[][] {{x}});
      return eval.values(cell(eval, weights).step(eval.tf(), input, state).output())[0];
    }
  }

  static GRUCell cell(Eval eval, GruFormula formula) {
    return new GRUCell(
        eval.constant(formula.gatesKernel()),
        eval.constant(formula.gatesBias()),
        eval.constant(formula.candidateKernel()),
        eval.constant(formula.candidateBias()));
  }

  @ParameterizedTest
  @CsvSource({
    "'7,8', '8', '7,4', '3'", // candidate bias of another hidden size
    "'7,8', '8', '6,4', '4'", // candidate kernel of another input size
    "'7,8', '8', '7,3', '4'", // candidate kernel of another hidden size
    "'7,12', '8', '7,4', '4'", // not two gates
    "'7,8', '4', '7,4', '4'", // gates bias of another size
    "'4,8', '8', '4,4', '4'", // no rows for the input
    "'7', '8', '7,4', '4'", // gates kernel of rank 1
    "'7,8', '1,8', '7,4', '4'", // gates bias of rank 2
    "'7,8', '8', '7', '4'", // candidate kernel of rank 1
    "'7,8', '8', '7,4', '1,4'", // candidate bias of rank 2
  })
  void wrongShapesAreRejected(
      String gatesKernel, String gatesBias, String candidateKernel, String candidateBias) {
    try (Eval eval = new Eval()) {
      assertThatThrownBy(
              () ->
                  new GRUCell(
                      placeholder(eval, gatesKernel),
                      placeholder(eval, gatesBias),
                      placeholder(eval, candidateKernel),
                      placeholder(eval, candidateBias)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a GRU needs kernels [input + hidden, 2 * hidden] and [input + hidden, hidden] and"
                  + " biases [2 * hidden] and [hidden], got %s, %s, %s and %s",
              shape(gatesKernel), shape(candidateKernel), shape(gatesBias), shape(candidateBias));
    }
  }

  private static Operand<TFloat32> placeholder(Eval eval, String sizes) {
    return eval.tf().placeholder(TFloat32.class, Placeholder.shape(shape(sizes)));
  }

  private static Shape shape(String sizes) {
    return Shape.of(Arrays.stream(sizes.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }

  @Test
  void weightsOfUnknownShapeAreRejected() {
    try (Eval eval = new Eval()) {
      var unknown = eval.tf().placeholder(TFloat32.class);
      assertThatThrownBy(() -> new GRUCell(unknown, unknown, unknown, unknown))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a GRU needs kernels");
    }
  }

  @Test
  void sizesFollowFromTheWeights() {
    try (Eval eval = new Eval()) {
      GRUCell cell = cell(eval, GruFormula.random(random, 3, 4));
      assertThat(cell.inputSize()).isEqualTo(3);
      assertThat(cell.hiddenSize()).isEqualTo(4);
      assertThat(cell.stateSizes()).containsExactly(4);
    }
  }

  @Test
  void newCellHasGlorotKernelsAndGateBiasesOfOneUnderItsScope() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      GRUCell cell = GRUCell.create(variables, "rnn/cell", 3, 4);
      assertThat(variables.trainable())
          .extracting(ResourceVariable::toString)
          .containsExactly(
              "rnn/cell/gates/kernel [7, 8]",
              "rnn/cell/gates/bias [8]",
              "rnn/cell/candidate/kernel [7, 4]",
              "rnn/cell/candidate/bias [4]");
      assertThat(cell.parameters())
          .isEqualTo(variables.trainable().stream().map(ResourceVariable::value).toList());
      eval.initialize();
      assertGlorot(eval.values(cell.gatesKernel()), Math.sqrt(6.0 / (7 + 8)));
      assertGlorot(eval.values(cell.candidateKernel()), Math.sqrt(6.0 / (7 + 4)));
      assertThat(eval.values(cell.gatesBias())).containsOnly(1);
      assertThat(eval.values(cell.candidateBias())).containsOnly(0);
    }
  }

  private static void assertGlorot(double[] weights, double limit) {
    assertThat(Arrays.stream(weights).boxed())
        .allSatisfy(w -> assertThat(w).isNotZero().isBetween(-limit, limit));
  }
}
