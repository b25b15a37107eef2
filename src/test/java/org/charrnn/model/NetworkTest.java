package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.RnnState;
import org.charrnn.testing.Eval;
import org.charrnn.testing.NetworkKinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class NetworkTest {
  private static Network create(Eval eval, ModelConfig config) {
    return Network.of(config, Network.values(Network.createWeights(eval.tf(), config, 1)));
  }

  @Test
  void oneHotInputMarksEachId() {
    try (Eval eval = new Eval()) {
      Network network = create(eval, ModelConfig.lab(3, 2, 1));
      var oneHot = network.input(eval.tf(), eval.tf().constant(new int[][] {{2, 0}}));
      eval.initialize();
      assertThat(eval.shape(oneHot)).containsExactly(1, 2, 3);
      assertThat(eval.values(oneHot)).containsExactly(0, 0, 1, 1, 0, 0);
    }
  }

  /** A plain cell with zero input, zero state and the initial bias of zero returns zeros. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void dropoutAppliesToEmbeddingsButNotToOneHotInput(int embeddingSize) {
    ModelConfig config = new ModelConfig(CellKind.RNN, 5, 3, 1, embeddingSize);
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      Network plain = create(eval, config);
      Dropout dropsAll = new Dropout(tf.constant(1e-30f), tf.constant(0L), 1);
      Network dropping = plain.withDropout(Optional.of(dropsAll));
      var ids = tf.constant(new int[] {1, 4});
      RnnState zeros = plain.cells().zeroState(tf, tf.constant(2));
      var withoutDropout = plain.step(tf, ids, zeros).output();
      var withDropout = dropping.step(tf, ids, zeros).output();
      eval.initialize();
      assertThat(eval.values(withoutDropout)).doesNotContain(0);
      assertThat(eval.values(withDropout))
          .isEqualTo(embeddingSize == 0 ? eval.values(withoutDropout) : new double[6]);
    }
  }

  @Test
  void weightsHaveTheOriginalNamesAndEachCellItsOwn() {
    try (Eval eval = new Eval()) {
      assertThat(Network.createWeights(eval.tf(), ModelConfig.lab(25, 10, 2), 1))
          .extracting(ResourceVariable::toString)
          .containsExactly(
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel [35, 40]",
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias [40]",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel [20, 40]",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias [40]",
              "softmax_w [10, 25]",
              "softmax_b [25]");
    }
  }

  static Stream<Arguments> kinds() {
    return NetworkKinds.ofHiddenSize(4);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void networkKeepsAllWeightsInOrder(CellKind cell, int embedding, boolean tied) {
    ModelConfig config = new ModelConfig(cell, 7, 4, 3, embedding, tied);
    try (Eval eval = new Eval()) {
      List<Operand<TFloat32>> weights = Network.values(Network.declareWeights(eval.tf(), config));
      assertThat(Network.of(config, weights).parameters()).isEqualTo(weights);
    }
  }

  @Test
  void wrongNumberOfWeightsIsRejected() {
    ModelConfig config = ModelConfig.lab(3, 2, 1);
    try (Eval eval = new Eval()) {
      List<Operand<TFloat32>> weights = Network.values(Network.declareWeights(eval.tf(), config));
      assertThatThrownBy(() -> Network.of(config, weights.subList(0, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the network has 4 weights, got 3");
    }
  }
}
