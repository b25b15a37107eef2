package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.charrnn.testing.LstmFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Output;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TInt32;

/** The whole unrolled network, tiny: 2 layers of 3, 4 classes, batch 2, sequence 3. */
class TrainingGraphTest {
  private static final int CLASSES = 4;
  private static final int HIDDEN = 3;
  private static final int[][] X = {{0, 2, 3}, {1, 1, 0}};
  private static final int[][] Y = {{2, 3, 1}, {1, 0, 0}};

  private final Eval eval = new Eval();
  private final TrainingGraph training =
      new TrainingGraph(
          eval.graph(),
          ModelConfig.lab(CLASSES, HIDDEN, 2),
          new BatchShape(2, 3),
          TrainingOptions.lab(Kernel.OPS),
          1);
  private final ForwardGraph nodes = training.forward;

  /** The elements of each variable, larger than initial weights so that the gates are busy. */
  private final List<double[]> weights = randomWeights(new SplittableRandom(6));

  TrainingGraphTest() {
    eval.feed(nodes.x, TInt32.tensorOf(StdArrays.ndCopyOf(X)));
    eval.feed(nodes.y, TInt32.tensorOf(StdArrays.ndCopyOf(Y)));
    eval.initialize();
  }

  @AfterEach
  void close() {
    eval.close();
  }

  private List<double[]> randomWeights(SplittableRandom random) {
    return nodes.trainable.stream()
        .map(variable -> Numbers.vector(random, (int) variable.shape().size()))
        .toList();
  }

  @Test
  void outputsAndLossEqualFormula() {
    feed(weights);
    // Numbers of size 1, a hundred operations, every one rounded by at most 6e-8.
    assertThat(eval.values(nodes.outputs))
        .containsExactly(Numbers.flat(logits(weights)), within(2e-6));
    assertThat(eval.values(nodes.meanLoss))
        .containsExactly(new double[] {formulaLoss(weights)}, within(1e-6));
  }

  @Test
  void predictionsAreTheLikeliestClasses() {
    feed(weights);
    double[][][] logits = logits(weights);
    double[] expected =
        Arrays.stream(logits)
            .flatMap(Arrays::stream)
            .mapToDouble(TrainingGraphTest::indexOfMax)
            .toArray();
    assertThat(eval.values(nodes.predictions)).containsExactly(expected);
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
   * In double precision a step of 1e-5 makes differences good to 1e-10, so what is left is the
   * rounding of the graph's floats: gradients below 1, summed over time, batch and two cells.
   */
  @Test
  void gradientsEqualDifferencesOfTheFormula() {
    assertGradientsEqualDifferences(TrainingGraphTest::formulaLoss, 1e-5, within(1e-6));
  }

  /**
   * The loss, about 1.5, comes rounded by some 2e-7, so differences over 2h are off by 2e-7 / h;
   * cutting the series off costs h^2 / 6 times a third derivative below 1. Both together are least
   * near h = 2^-7, which floats hold exactly: 3e-5 and 1e-5. The largest gradients are near 0.3.
   */
  @Test
  void gradientsEqualDifferencesOfTheGraphsOwnLoss() {
    assertGradientsEqualDifferences(
        w -> {
          feed(w);
          return eval.values(nodes.meanLoss)[0];
        },
        1.0 / 128,
        within(1e-4));
  }

  private void assertGradientsEqualDifferences(
      ToDoubleFunction<List<double[]>> loss, double h, Offset<Double> tolerance) {
    Output<?>[] variables =
        nodes.trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] gradients = eval.graph().addGradients(nodes.meanLoss.asOutput(), variables);
    feed(weights);
    List<double[]> actual = eval.values(List.of(gradients));
    for (int i = 0; i < variables.length; i++) {
      assertThat(actual.get(i))
          .as("gradient of %s", nodes.trainable.get(i))
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

  /** Lets the graph read these weights instead of its variables'. */
  private void feed(List<double[]> values) {
    for (int i = 0; i < values.size(); i++) {
      ResourceVariable variable = nodes.trainable.get(i);
      eval.feed(variable.value(), variable.shape(), values.get(i));
    }
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
  void everyStepOfTheLabIsThereUnderItsName() {
    assertThat(training.trainOp(eval.tf()).op().name()).isEqualTo("train_op");
    Stream.of(
            "X",
            "X_one_hot",
            "X_for_softmax",
            "outputs",
            "Y",
            "sequence_loss",
            "mean_loss",
            "predictions")
        .forEach(name -> assertThat(eval.graph().operation(name)).as(name).isNotNull());
  }
}
