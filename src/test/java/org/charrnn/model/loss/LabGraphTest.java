package org.charrnn.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.Eval;
import org.charrnn.testing.FedGraph;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The whole unrolled network, small: 2 layers of 3, 4 classes, batch 2, sequence 3. */
class LabGraphTest {
  private static final int CLASSES = 4;
  private static final int HIDDEN = 3;
  private static final BatchShape SHAPE = new BatchShape(2, 3);
  private static final int[][] X = {{0, 2, 3}, {1, 1, 0}};
  private static final int[][] Y = {{2, 3, 1}, {1, 0, 0}};

  private final FedGraph graph = FedGraph.ops(ModelConfig.lab(CLASSES, HIDDEN, 2), SHAPE);
  private final GradientGraph nodes = graph.nodes();

  /** The elements of each weight, larger than initial ones so that gates vary. */
  private final List<double[]> weights = graph.randomWeights(new SplittableRandom(6));

  LabGraphTest() {
    graph.feedX(X);
    graph.feedY(Y);
    graph.feedWeights(weights);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void outputsAndLossEqualFormula() {
    // Numbers of size 1, about a hundred operations, each rounded by at most 6e-8.
    assertThat(graph.eval().values(nodes.outputs()))
        .containsExactly(Numbers.flat(logits(weights)), within(2e-6));
    assertThat(graph.eval().values(nodes.meanLoss()))
        .containsExactly(new double[] {formulaLoss(weights)}, within(1e-6));
  }

  @Test
  void predictionsAreTheMostLikelyClasses() {
    double[] expected =
        Arrays.stream(logits(weights))
            .flatMap(Arrays::stream)
            .mapToDouble(LabGraphTest::indexOfMax)
            .toArray();
    assertThat(graph.eval().values(nodes.predictions())).containsExactly(expected);
  }

  private static int indexOfMax(double[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      if (numbers[i] > numbers[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * In double precision, with a step of 1e-5, the error of the differences is 1e-10. What remains
   * is the rounding of the graph's floats: gradients below 1, summed over time, batch and two
   * cells.
   */
  @Test
  void gradientsEqualFiniteDifferencesOfTheFormula() {
    assertGradientsEqualDifferences(LabGraphTest::formulaLoss, 1e-5, within(1e-6));
  }

  /**
   * The loss is about 1.5 and rounded by 2e-7, so the error of differences over 2h is 2e-7 / h by
   * rounding and h^2 / 6 times a third derivative below 1. Their sum is smallest near h = 2^-7,
   * which is an exact float: 3e-5 and 1e-5. The largest gradients are near 0.3.
   */
  @Test
  void gradientsEqualFiniteDifferencesOfTheGraphsOwnLoss() {
    assertGradientsEqualDifferences(
        w -> {
          graph.feedWeights(w);
          return graph.eval().values(nodes.meanLoss())[0];
        },
        1.0 / 128,
        within(1e-4));
  }

  private void assertGradientsEqualDifferences(
      ToDoubleFunction<List<double[]>> loss, double h, Offset<Double> tolerance) {
    List<double[]> gradients = graph.gradients();
    assertThat(gradients).hasSameSizeAs(weights);
    for (int i = 0; i < gradients.size(); i++) {
      assertThat(gradients.get(i))
          .as("gradient of weight %d", i)
          .containsExactly(differences(loss, i, h), tolerance);
    }
  }

  private double[] differences(ToDoubleFunction<List<double[]>> loss, int variable, double h) {
    double[] differences = new double[weights.get(variable).length];
    for (int element = 0; element < differences.length; element++) {
      double above = loss.applyAsDouble(moved(variable, element, h));
      double below = loss.applyAsDouble(moved(variable, element, -h));
      differences[element] = (above - below) / (2 * h);
    }
    return differences;
  }

  private List<double[]> moved(int variable, int element, double by) {
    List<double[]> moved = new ArrayList<>(weights);
    moved.set(variable, weights.get(variable).clone());
    moved.get(variable)[element] += by;
    return moved;
  }

  private static double formulaLoss(List<double[]> weights) {
    return SoftmaxFormula.meanCrossEntropy(
        logits(weights), Y, new double[][] {{1, 1, 1}, {1, 1, 1}});
  }

  private static double[][][] logits(List<double[]> weights) {
    List<LstmFormula> stack =
        List.of(
            new LstmFormula(Numbers.rows(weights.get(0), 4 * HIDDEN), weights.get(1), 1),
            new LstmFormula(Numbers.rows(weights.get(2), 4 * HIDDEN), weights.get(3), 1));
    double[][] softmaxW = Numbers.rows(weights.get(4), CLASSES);
    double[] softmaxB = weights.get(5);
    List<LstmFormula.State> zeros = stack.stream().map(cell -> cell.zeroState(2)).toList();
    return Arrays.stream(LstmFormula.run(stack, oneHot(X), zeros).outputs())
        .map(row -> scores(row, softmaxW, softmaxB))
        .toArray(double[][][]::new);
  }

  private static double[][] scores(double[][] row, double[][] w, double[] b) {
    return Arrays.stream(row)
        .map(output -> SoftmaxFormula.logits(output, w, b))
        .toArray(double[][]::new);
  }

  private static double[][][] oneHot(int[][] ids) {
    double[][][] oneHot = new double[ids.length][ids[0].length][CLASSES];
    for (int row = 0; row < ids.length; row++) {
      for (int t = 0; t < ids[row].length; t++) {
        oneHot[row][t][ids[row][t]] = 1;
      }
    }
    return oneHot;
  }

  @Test
  void everyStepOfTheCourseHasItsName() {
    assertThat(nodes.inputs().x().op().name()).isEqualTo("X");
    assertThat(nodes.inputs().y().op().name()).isEqualTo("Y");
    assertThat(nodes.outputs().op().name()).isEqualTo("outputs");
    assertThat(nodes.meanLoss().op().name()).isEqualTo("mean_loss");
    assertThat(nodes.predictions().op().name()).isEqualTo("predictions");
    Stream.of("X_one_hot", "X_for_softmax", "sequence_loss")
        .forEach(name -> assertThat(graph.eval().graph().operation(name)).as(name).isNotNull());
  }

  /** Two rows of three time steps of two features; the digits of each number are its indices. */
  private static final double[][][] RNN_OUTPUTS = {
    {{111, 112}, {121, 122}, {131, 132}},
    {{211, 212}, {221, 222}, {231, 232}}
  };

  @Test
  void reshapesDoNotMixRowsOrTimeSteps() {
    double[][] identity = {{1, 0}, {0, 1}};
    assertOutputs(identity, new double[2], RNN_OUTPUTS);
  }

  @Test
  void sameSoftmaxLayerScoresEveryTimeStepOfEveryRow() {
    double[][] w = {{1, 0, -1}, {0, 1, 1}}; // three classes from two features
    double[] b = {0, 0, 1000};
    double[][][] expected = {
      {{111, 112, 1001}, {121, 122, 1001}, {131, 132, 1001}},
      {{211, 212, 1001}, {221, 222, 1001}, {231, 232, 1001}}
    };
    assertOutputs(w, b, expected);
  }

  /** Feeds outputs of the cells, and checks the logits. */
  private static void assertOutputs(double[][] w, double[] b, double[][][] expected) {
    ModelConfig config = ModelConfig.lab(b.length, w.length, 1);
    try (FedGraph small = FedGraph.ops(config, SHAPE)) {
      Eval eval = small.eval();
      int cell = w.length;
      small.feedWeights(
          List.of(
              new double[(b.length + cell) * 4 * cell], new double[4 * cell], Numbers.flat(w), b));
      small.feedX(new int[2][3]);
      eval.feed(rnnOutputs(eval), Shape.of(2, 3, cell), Numbers.flat(RNN_OUTPUTS));
      Operand<TFloat32> outputs = small.nodes().outputs();
      assertThat(eval.values(outputs)).containsExactly(Numbers.flat(expected));
      assertThat(eval.shape(outputs)).containsExactly(2, 3, b.length);
    }
  }

  @SuppressWarnings("unchecked") // the outputs of the cells are floats
  private static Operand<TFloat32> rnnOutputs(Eval eval) {
    return (Operand<TFloat32>) eval.graph().operation("X_for_softmax").input(0);
  }
}
