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
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.nn.WeightDrop;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.Eval;
import org.charrnn.testing.FedGraph;
import org.charrnn.testing.NetworkFormula;
import org.charrnn.testing.NetworkKinds;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Small networks of every kind of cell, one-hot and embedded, op by op. */
class GradientGraphTest {
  private static final int CLASSES = 4;
  private static final int HIDDEN = 3;
  private static final int LAYERS = 2;
  private static final int[][] X = {{0, 2, 3}, {1, 1, 0}}; // repeated ids: gradients add up
  private static final int[][] Y = {{2, 3, 1}, {1, 0, 0}};
  private static final BatchShape SHAPE = new BatchShape(2, 3);

  /** Numbers of size 1, about a hundred operations, each rounded by at most 6e-8. */
  private static final Offset<Double> ROUNDING = within(2e-6);

  private final SplittableRandom random = new SplittableRandom(15);

  private static ModelConfig config(CellKind cell, int embedding) {
    return config(cell, embedding, false);
  }

  private static ModelConfig config(CellKind cell, int embedding, boolean tied) {
    return new ModelConfig(cell, CLASSES, HIDDEN, LAYERS, embedding, tied);
  }

  private static List<double[]> flat(List<double[][]> state) {
    return state.stream().map(Numbers::flat).toList();
  }

  private static void assertClose(List<double[]> actual, List<double[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).as("tensor %d", i).containsExactly(expected.get(i), ROUNDING);
    }
  }

  static Stream<Arguments> kinds() {
    return NetworkKinds.ofHiddenSize(HIDDEN);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void outputsAndFinalStateEqualFormulaForAnyInitialState(
      CellKind cell, int embedding, boolean tied) {
    NetworkFormula formula = new NetworkFormula(config(cell, embedding, tied));
    try (FedGraph graph = FedGraph.ops(formula.config(), SHAPE)) {
      List<double[]> weights = graph.randomWeights(random);
      graph.feedWeights(weights);
      graph.feedX(X);
      List<double[][]> zeros =
          graph.nodes().inputs().initialState().stream().map(s -> new double[2][3]).toList();
      assertEqualsFormula(graph, formula.run(weights, X, zeros)); // no state is fed

      List<double[][]> initial = formula.randomState(random, 2);
      graph.feedState(flat(initial));
      assertEqualsFormula(graph, formula.run(weights, X, initial));
    }
  }

  private static void assertEqualsFormula(FedGraph graph, NetworkFormula.Outputs expected) {
    List<double[]> all = new ArrayList<>(List.of(Numbers.flat(expected.logits())));
    all.addAll(flat(expected.state()));
    assertClose(graph.outputsAndState(), all);
  }

  @ParameterizedTest
  @CsvSource({"LSTM,0", "LSTM,5", "GRU,0", "GRU,5", "RNN,0", "RNN,5"})
  void twoWindowsWithCarriedStateEqualOneLongWindow(CellKind cell, int embedding) {
    int[][] ids = {{0, 2, 3, 3, 1, 0}, {1, 1, 0, 2, 0, 3}};
    ModelConfig config = config(cell, embedding);
    try (FedGraph window = FedGraph.ops(config, SHAPE);
        FedGraph whole = FedGraph.ops(config, new BatchShape(2, 6))) {
      List<double[]> weights = window.randomWeights(random);
      window.feedWeights(weights);
      whole.feedWeights(weights);
      whole.feedX(ids);
      List<double[]> expected = whole.outputsAndState();

      window.feedX(columns(ids, 0, 3));
      List<double[]> first = window.outputsAndState();
      window.feedX(columns(ids, 3, 6));
      window.feedState(first.subList(1, first.size()));
      List<double[]> second = window.outputsAndState();

      assertClose(second.subList(1, second.size()), expected.subList(1, expected.size()));
      int row = 3 * CLASSES; // elements of a row of a window, half of those of the long one
      for (int i = 0; i < 2; i++) {
        double[] logits = Arrays.copyOfRange(expected.get(0), 2 * i * row, 2 * (i + 1) * row);
        assertThat(Arrays.copyOfRange(first.get(0), i * row, (i + 1) * row))
            .containsExactly(Arrays.copyOfRange(logits, 0, row), ROUNDING);
        assertThat(Arrays.copyOfRange(second.get(0), i * row, (i + 1) * row))
            .containsExactly(Arrays.copyOfRange(logits, row, 2 * row), ROUNDING);
      }
    }
  }

  private static int[][] columns(int[][] ids, int from, int to) {
    return Arrays.stream(ids).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
  }

  /**
   * Differences of the formula: in double precision, with a step of 1e-5, their error is 1e-9. What
   * remains is the rounding of the graph's floats: gradients of size 1, summed over time, batch and
   * two cells.
   *
   * <p>Differences of the graph's own loss, which is about 1.5 and rounded by 2e-7: over 2h, their
   * error is 2e-7 / h by rounding and h^2 / 6 times the third derivative, which is of size 1 to 10.
   * At h = 2^-7, which is an exact float, these are 3e-5 and 1e-5 times that derivative.
   */
  @ParameterizedTest
  @MethodSource("kinds")
  void gradientsEqualFiniteDifferences(CellKind cell, int embedding, boolean tied) {
    NetworkFormula formula = new NetworkFormula(config(cell, embedding, tied));
    try (FedGraph graph = FedGraph.ops(formula.config(), SHAPE)) {
      List<double[]> weights = graph.randomWeights(random);
      List<double[][]> initial = formula.randomState(random, 2);
      graph.feedX(X);
      graph.feedY(Y);
      graph.feedState(flat(initial));
      graph.feedWeights(weights);
      List<double[]> gradients = graph.gradients();
      double[][] ones = {{1, 1, 1}, {1, 1, 1}};
      List<String> names = List.copyOf(formula.config().weightShapes().keySet());

      for (int i = 0; i < weights.size(); i++) {
        assertThat(gradients.get(i))
            .as("gradient of %s", names.get(i))
            .containsExactly(
                differences(
                    w ->
                        SoftmaxFormula.meanCrossEntropy(
                            formula.run(w, X, initial).logits(), Y, ones),
                    weights,
                    i,
                    1e-5),
                within(2e-6))
            .containsExactly(
                differences(
                    w -> {
                      graph.feedWeights(w);
                      return graph.eval().values(graph.nodes().meanLoss())[0];
                    },
                    weights,
                    i,
                    1.0 / 128),
                within(1e-4));
      }
    }
  }

  private static double[] differences(
      ToDoubleFunction<List<double[]>> loss, List<double[]> weights, int variable, double h) {
    double[] differences = new double[weights.get(variable).length];
    for (int element = 0; element < differences.length; element++) {
      double above = loss.applyAsDouble(moved(weights, variable, element, h));
      double below = loss.applyAsDouble(moved(weights, variable, element, -h));
      differences[element] = (above - below) / (2 * h);
    }
    return differences;
  }

  private static List<double[]> moved(
      List<double[]> weights, int variable, int element, double by) {
    List<double[]> moved = new ArrayList<>(weights);
    moved.set(variable, weights.get(variable).clone());
    moved.get(variable)[element] += by;
    return moved;
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void dropoutIsOffUnlessTheKeepProbabilityIsFed(CellKind cell) {
    ModelConfig config = config(cell, 5);
    GradientSetup dropout =
        new GradientSetup(
            config, BatchPart.whole(SHAPE), StepNoise.dropout(0.5f), ComputeKernel.OPS, 1);
    try (FedGraph without = FedGraph.ops(config, SHAPE);
        FedGraph with = new FedGraph(dropout)) {
      List<double[]> weights = without.randomWeights(random);
      for (FedGraph graph : List.of(without, with)) {
        graph.feedWeights(weights);
        graph.feedX(X);
      }
      double[] expected = without.outputsAndState().get(0);
      assertThat(with.outputsAndState().get(0)).isEqualTo(expected);

      with.eval().feed(with.nodes().inputs().training(), TFloat32.scalarOf(1));
      assertThat(with.outputsAndState().get(0)).isNotEqualTo(expected);
    }
  }

  /** The logits of a row are those from its state or those from zeros, for a row on both sides. */
  @ParameterizedTest
  @CsvSource({"LSTM, OPS", "LSTM, FUSED", "GRU, FUSED", "RNN, OPS"})
  void someRowsStartFromZerosInATrainingStep(CellKind cell, ComputeKernel.Kind kind) {
    ModelConfig config = config(cell, 5);
    ComputeKernel kernel =
        kind == ComputeKernel.Kind.OPS ? ComputeKernel.OPS : ComputeKernel.fused(2);
    var setup =
        new GradientSetup(config, BatchPart.whole(SHAPE), new StepNoise(0, 0, 0.25f), kernel, 1);
    int rows = SHAPE.batchSize();
    int steps = 200;
    int resets = 0;
    try (FedGraph graph = new FedGraph(setup)) {
      graph.feedWeights(graph.randomWeights(random));
      graph.feedX(X);
      double[] fromZeros = graph.outputsAndState().get(0);
      graph.feedState(
          new NetworkFormula(config)
              .randomState(random, rows).stream().map(Numbers::flat).toList());
      double[] fromState = graph.outputsAndState().get(0); // nothing is reset: not a training step
      int size = fromState.length / rows;
      graph.eval().feed(graph.nodes().inputs().training(), TFloat32.scalarOf(1));
      for (long step = 0; step < steps; step++) {
        graph.eval().feed(graph.nodes().inputs().step(), TInt64.scalarOf(step));
        double[] outputs = graph.outputsAndState().get(0);
        for (int row = 0; row < rows; row++) {
          double[] found = Arrays.copyOfRange(outputs, row * size, (row + 1) * size);
          boolean isReset = found[0] == fromZeros[row * size];
          resets += isReset ? 1 : 0;
          assertThat(found)
              .isEqualTo(
                  Arrays.copyOfRange(
                      isReset ? fromZeros : fromState, row * size, (row + 1) * size));
        }
      }
    }
    double deviation = Math.sqrt(0.25 * 0.75 / (steps * rows));
    assertThat((double) resets / (steps * rows)).isCloseTo(0.25, within(4 * deviation));
  }

  /** A training step equals one of a network whose weights have been multiplied by hand. */
  @ParameterizedTest
  @CsvSource({"LSTM, OPS", "LSTM, FUSED", "GRU, OPS", "GRU, FUSED", "RNN, OPS", "RNN, FUSED"})
  void recurrentWeightsAreDroppedInATrainingStep(CellKind cell, ComputeKernel.Kind kind) {
    ModelConfig config = config(cell, 5);
    ComputeKernel kernel =
        kind == ComputeKernel.Kind.OPS ? ComputeKernel.OPS : ComputeKernel.fused(2);
    BatchPart part = BatchPart.whole(SHAPE);
    var setup = new GradientSetup(config, part, new StepNoise(0, 0.5f, 0), kernel, 1);
    try (FedGraph graph = new FedGraph(setup);
        FedGraph plain = new FedGraph(GradientSetup.withoutNoise(config, part, kernel))) {
      List<double[]> weights = graph.randomWeights(random);
      for (FedGraph each : List.of(graph, plain)) {
        each.feedWeights(weights);
        each.feedX(X);
        each.feedY(Y);
      }
      assertClose(graph.gradients(), plain.gradients()); // not a training step

      graph.eval().feed(graph.nodes().inputs().training(), TFloat32.scalarOf(1));
      graph.eval().feed(graph.nodes().inputs().step(), TInt64.scalarOf(7));
      List<double[]> factors = factors(config, 0.5f, 7);
      plain.feedWeights(product(weights, factors));
      assertClose(graph.outputsAndState(), plain.outputsAndState());
      assertClose(graph.gradients(), product(plain.gradients(), factors));
    }
  }

  /** Returns the factor of each weight in a training step, for a seed of 1. */
  private static List<double[]> factors(ModelConfig config, float keep, long step) {
    try (Eval eval = new Eval()) {
      var weightDrop = new WeightDrop(eval.tf().constant(keep), eval.tf().constant(step), 1);
      List<double[]> factors = new ArrayList<>();
      config
          .weightShapes()
          .forEach(
              (name, shape) -> {
                double[] ones = new double[(int) shape.size()];
                Arrays.fill(ones, 1);
                factors.add(
                    name.endsWith("/kernel")
                        ? eval.values(weightDrop.factors(eval.tf(), shape, HIDDEN))
                        : ones);
              });
      return factors;
    }
  }

  private static List<double[]> product(List<double[]> values, List<double[]> factors) {
    List<double[]> products = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double[] product = values.get(i).clone();
      for (int j = 0; j < product.length; j++) {
        product[j] *= factors.get(i)[j];
      }
      products.add(product);
    }
    return products;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LSTM | basic_lstm_cell/kernel [%d, 12], basic_lstm_cell/bias [12]
          GRU  | gru_cell/gates/kernel [%d, 6], gru_cell/gates/bias [6], \
          gru_cell/candidate/kernel [%1$d, 3], gru_cell/candidate/bias [3]
          RNN  | basic_rnn_cell/kernel [%d, 3], basic_rnn_cell/bias [3]
          """)
  void weightsHaveTheOriginalNames(CellKind cell, String weightsOfACell) {
    List<String> expected = new ArrayList<>(List.of("embedding [4, 5]"));
    int inputSize = 5;
    for (int layer = 0; layer < LAYERS; layer++) {
      for (String variable :
          weightsOfACell.formatted(inputSize + HIDDEN).split(", (?=[a-z])", -1)) {
        expected.add("rnn/multi_rnn_cell/cell_" + layer + "/" + variable);
      }
      inputSize = HIDDEN;
    }
    expected.addAll(List.of("softmax_w [3, 4]", "softmax_b [4]"));
    assertThat(config(cell, 5).weightShapes().entrySet())
        .extracting(weight -> weight.getKey() + " " + weight.getValue())
        .isEqualTo(expected);
  }
}
