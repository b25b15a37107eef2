package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.SettingException;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.NetworkFormula;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.SoftmaxFormula;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows from a zero state, compared with a network in plain Java that reads them one by one. */
class EvaluationProtocolTest {
  private static final int CLASSES = 5;

  private static TokenRanges text(int... ids) {
    return TokenRanges.of(Setups.text("the text", CLASSES, ids));
  }

  private static int[] ids(int size) {
    return new SplittableRandom(4).ints(size, 0, CLASSES).toArray();
  }

  private static Evaluation evaluate(ModelConfig network, TokenRanges text, int window) {
    EvaluationProtocol protocol = EvaluationProtocol.windows(window);
    try (EvaluationSession session =
        EvaluationSession.open(
            network, protocol.shape(text), LargeWeights.of(network), SessionSettings.SEQUENTIAL)) {
      List<Long> progress = new ArrayList<>();
      Evaluation evaluation = Evaluation.of(session, text, protocol, progress::add);
      assertThat(progress).isSorted().endsWith(evaluation.tokens());
      return evaluation;
    }
  }

  /** The sum of the losses, in nats. */
  private static double formula(ModelConfig network, int[] ids, int window) {
    List<double[]> weights =
        LargeWeights.of(network).stream().map(VariableValue::values).map(Numbers::doubles).toList();
    List<double[][]> zeros =
        Stream.generate(() -> new double[1][network.hiddenSize()])
            .limit((network.cell() == CellKind.LSTM ? 2L : 1L) * network.layers())
            .toList();
    double sum = 0;
    for (int from = 0; from < ids.length - 1; from += window) {
      int to = Math.min(from + window, ids.length - 1);
      int[][] x = {Arrays.copyOfRange(ids, from, to)};
      int[][] y = {Arrays.copyOfRange(ids, from + 1, to + 1)};
      double[][] ones = {new double[to - from]};
      Arrays.fill(ones[0], 1);
      double[][][] logits = new NetworkFormula(network).run(weights, x, zeros).logits();
      sum += (to - from) * SoftmaxFormula.meanCrossEntropy(logits, y, ones);
    }
    return sum;
  }

  /**
   * The last window is full, or has one token or several; it is the only one, shorter than the
   * window or not; windows fit into one batch or need several, and are longer than one or not.
   */
  @ParameterizedTest
  @CsvSource({
    "10, 3",
    "11, 3",
    "12, 3",
    "2, 1",
    "2, 9",
    "50, 50",
    "51, 50",
    "50, 1000",
    "9000, 1",
    "1501, 100",
    "1501, 101",
    "1501, 256",
    "7000, 64"
  })
  void eachWindowIsReadFromZeroState(int size, int window) {
    ModelConfig network = new ModelConfig(CellKind.LSTM, CLASSES, 4, 1, 0);
    int[] ids = ids(size);
    Evaluation evaluation = evaluate(network, text(ids), window);
    assertThat(evaluation.tokens()).isEqualTo(size - 1);
    assertThat(evaluation.meanLossNats())
        .isCloseTo(formula(network, ids, window) / (size - 1), within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"GRU, 2, 0", "RNN, 1, 3", "LSTM, 3, 3"})
  void allNetworksCanBeMeasured(CellKind cell, int layers, int embedding) {
    ModelConfig network = new ModelConfig(cell, CLASSES, 4, layers, embedding);
    int[] ids = ids(300);
    assertThat(evaluate(network, text(ids), 7).meanLossNats())
        .isCloseTo(formula(network, ids, 7) / 299, within(1e-5));
  }

  /** A window does not go on into the next range; a range of one token has nothing to predict. */
  @Test
  void rangesAreCutSeparately() {
    ModelConfig network = new ModelConfig(CellKind.LSTM, CLASSES, 4, 2, 0);
    int[] ids = ids(100);
    int[][] parts = {{0, 20}, {21, 22}, {30, 37}, {40, 100}};
    TokenIds all = TokenIds.of(CLASSES, ids);
    List<TokenRange> ranges =
        Arrays.stream(parts).map(part -> new TokenRange("", all, part[0], part[1])).toList();
    double sum = 0;
    for (int[] part : parts) {
      sum += formula(network, Arrays.copyOfRange(ids, part[0], part[1]), 8);
    }
    Evaluation evaluation = evaluate(network, new TokenRanges("the text", ranges), 8);
    assertThat(evaluation.tokens()).isEqualTo(19 + 6 + 59);
    assertThat(evaluation.meanLossNats()).isCloseTo(sum / evaluation.tokens(), within(1e-5));
  }

  /** A window of a whole text is the same as the state that is carried on through it. */
  @Test
  void windowOfWholeTextCarriesState() {
    ModelConfig network = new ModelConfig(CellKind.LSTM, CLASSES, 4, 1, 0);
    TokenRanges text = text(ids(1_500));
    try (EvaluationSession session =
        EvaluationSession.open(
            network,
            EvaluationProtocol.CARRIED.shape(text),
            LargeWeights.of(network),
            SessionSettings.SEQUENTIAL)) {
      assertThat(evaluate(network, text, 1_499).meanLossNats())
          .isCloseTo(Evaluation.of(session, text, read -> {}).meanLossNats(), within(1e-5));
    }
  }

  /** A batch has at most as many tokens as that of a long text whose state is carried on. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 100, 101, 256, 1024, 100_000, Integer.MAX_VALUE})
  void batchesAreBounded(int window) {
    EvaluationProtocol protocol = EvaluationProtocol.windows(window);
    for (int size : new int[] {2, 100, 50_000}) {
      BatchShape shape = protocol.shape(text(ids(size)));
      assertThat(shape.size()).isLessThanOrEqualTo(3_200);
      assertThat(shape.sequenceLength()).isLessThanOrEqualTo(Math.min(window, 100));
      int parts = 1 + (window - 1) / shape.sequenceLength();
      assertThat((long) parts * shape.sequenceLength() - window)
          .as("steps of a window that are of no use")
          .isLessThan(parts);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void windowHasTokens(int window) {
    assertThatThrownBy(() -> EvaluationProtocol.windows(window))
        .isInstanceOf(SettingException.class)
        .hasMessage("window must be at least 1, got " + window);
  }
}
