package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.nn.arrays.CoreTeam;
import org.charrnn.nn.arrays.Team;
import org.charrnn.testing.LargeWeights;
import org.charrnn.testing.NetworkFormula;
import org.charrnn.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArrayNetworkTest {
  private static final Offset<Double> ROUNDING = within(1e-4); // of large weights

  private static double[][] logits(ModelConfig config, List<VariableValue> weights, int[] ids) {
    List<double[]> values = weights.stream().map(w -> Numbers.doubles(w.values())).toList();
    double[][] zeros = new double[1][config.hiddenSize()];
    List<double[][]> initial = Collections.nCopies(config.stateSizes().size(), zeros);
    return new NetworkFormula(config).run(values, new int[][] {ids}, initial).logits()[0];
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM, 1, 1, 0, false",
    "LSTM, 7, 2, 0, false",
    "LSTM, 70, 3, 5, false",
    "LSTM, 7, 2, 7, true",
    "GRU, 1, 2, 3, false",
    "GRU, 7, 2, 0, false",
    "GRU, 70, 3, 5, false",
    "GRU, 1, 1, 1, true",
    "RNN, 1, 2, 3, false",
    "RNN, 7, 2, 0, false",
    "RNN, 70, 3, 5, false",
    "RNN, 20, 1, 20, true"
  })
  void logitsEqualTheFormula(CellKind cell, int hidden, int layers, int embedding, boolean tied) {
    ModelConfig config = new ModelConfig(cell, 6, hidden, layers, embedding, tied);
    List<VariableValue> weights = LargeWeights.of(config);
    int[] ids = // few, since large weights amplify what is rounded
        new SplittableRandom(hidden).ints(6, 0, 6).toArray();
    double[][] expected = logits(config, weights, ids);
    ArrayNetwork network = new ArrayNetwork(config, weights);
    ArrayNetwork.Text text = network.start();
    ArrayNetwork.Text textOfTeam = network.start();
    try (CoreTeam team = new CoreTeam()) {
      for (int time = 0; time < ids.length; time++) {
        text.read(ids[time], Team.ALONE);
        textOfTeam.read(ids[time], team);
        float[] logits = text.logits(Team.ALONE);
        assertThat(Numbers.doubles(logits))
            .as("time %d", time)
            .containsExactly(expected[time], ROUNDING);
        assertThat(textOfTeam.logits(team)).isEqualTo(logits);
      }
    }
  }

  /** The layers read chunks of 128 tokens side by side. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "127, 2", "128, 3", "129, 2", "1000, 1", "1000, 2", "1000, 5"})
  void manyTokensAreReadAsOneByOne(int count, int layers) {
    ModelConfig config = new ModelConfig(CellKind.LSTM, 6, 5, layers, 0);
    ArrayNetwork network = new ArrayNetwork(config, LargeWeights.of(config));
    int[] ids = new SplittableRandom(count).ints(count, 0, 6).toArray();
    ArrayNetwork.Text text = network.start();
    ArrayNetwork.Text oneByOne = network.start();
    for (int round = 0; round < 2; round++) {
      text.read(ids);
      IntStream.of(ids).forEach(id -> oneByOne.read(id, Team.ALONE));
      assertThat(text.logits(Team.ALONE)).isEqualTo(oneByOne.logits(Team.ALONE));
      text.read(round, Team.ALONE);
      oneByOne.read(round, Team.ALONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void textsOfOneNetworkAreIndependent(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, 6, 5, 2, 0);
    ArrayNetwork network = new ArrayNetwork(config, LargeWeights.of(config));
    ArrayNetwork.Text first = network.start();
    ArrayNetwork.Text second = network.start();
    first.read(3, Team.ALONE);
    second.read(1, Team.ALONE);
    first.read(4, Team.ALONE);
    ArrayNetwork.Text alone = network.start();
    alone.read(3, Team.ALONE);
    alone.read(4, Team.ALONE);
    assertThat(first.logits(Team.ALONE))
        .isEqualTo(alone.logits(Team.ALONE))
        .isNotEqualTo(second.logits(Team.ALONE));
  }

  @ParameterizedTest
  @EnumSource
  void missingWeightIsNamed(CellKind cell) {
    ModelConfig config = new ModelConfig(cell, 6, 5, 2, 0);
    List<VariableValue> weights = LargeWeights.of(config);
    assertThatThrownBy(() -> new ArrayNetwork(config, weights.subList(1, weights.size())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(weights.get(0).name() + " is missing");
  }
}
