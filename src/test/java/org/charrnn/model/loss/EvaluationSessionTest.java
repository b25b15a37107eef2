package org.charrnn.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CarriedState;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.NetworkFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationSessionTest {
  private static final BatchShape SHAPE = new BatchShape(2, 3);
  private static final int CLASSES = 6;
  private static final int HIDDEN = 4;
  private static final int[] X = {0, 2, 3, 1, 1, 5};
  private static final int[] Y = {2, 3, 4, 1, 5, 0};
  private static final float[] ONES = {1, 1, 1, 1, 1, 1};

  private static EvaluationSession open(ModelConfig config) {
    return EvaluationSession.open(
        config, SHAPE, LargeWeights.of(config), SessionSettings.allCores());
  }

  /** Two equal windows, so that the second starts from the state of the first. */
  @ParameterizedTest
  @CsvSource({
    "LSTM, 0, false",
    "LSTM, 3, false",
    "LSTM, 4, true",
    "GRU, 0, false",
    "GRU, 3, false",
    "RNN, 0, false",
    "RNN, 3, false"
  })
  void lossOfWeightedPositionsEqualsFormula(CellKind cell, int embedding, boolean tied) {
    ModelConfig config = new ModelConfig(cell, CLASSES, HIDDEN, 2, embedding, tied);
    float[] weights = {1, 0, 1, 0, 1, 1};
    List<double[]> elements =
        LargeWeights.of(config).stream().map(VariableValue::values).map(Numbers::doubles).toList();
    List<double[][]> state = config.stateSizes().stream().map(size -> new double[2][size]).toList();
    try (EvaluationSession session = open(config);
        CarriedState zeros = session.zeroState();
        WindowEvaluator.WindowLoss first = session.evaluate(X, Y, weights, zeros);
        WindowEvaluator.WindowLoss second = session.evaluate(X, Y, weights, first.state())) {
      for (WindowEvaluator.WindowLoss window : List.of(first, second)) {
        NetworkFormula.Outputs expected = new NetworkFormula(config).run(elements, rows(X), state);
        double loss =
            SoftmaxFormula.meanCrossEntropy(
                expected.logits(), rows(Y), new double[][] {{1, 0, 1}, {0, 1, 1}});
        // Losses near 2, a few hundred operations, each rounded by at most 6e-8 of its result.
        assertThat((double) window.meanLossNats()).isCloseTo(loss, within(1e-5));
        state = expected.state();
      }
    }
  }

  private static int[][] rows(int[] ids) {
    return new int[][] {Arrays.copyOf(ids, 3), Arrays.copyOfRange(ids, 3, 6)};
  }

  /** The fused kernel used to fail with a message of TensorFlow. */
  @ParameterizedTest
  @CsvSource({"0, -1", "0, 6", "3, -1", "3, 6"})
  void idsAndTargetsOutOfRangeAreRejected(int embedding, int id) {
    int[] invalid = X.clone();
    invalid[4] = id;
    String message = "the id at index 4 is %d, but the model's ids are 0 to 5".formatted(id);
    ModelConfig config = new ModelConfig(CellKind.LSTM, CLASSES, HIDDEN, 2, embedding);
    try (EvaluationSession session = open(config);
        CarriedState zeros = session.zeroState()) {
      assertThatThrownBy(() -> session.evaluate(invalid, Y, ONES, zeros))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> session.evaluate(X, invalid, ONES, zeros))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }
}
