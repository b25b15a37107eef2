package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.testing.Numbers.flat;

import java.util.List;
import java.util.Optional;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SoftmaxLayer;
import org.charrnn.nn.Variables;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class NetworkTest {
  /** Two rows of three time steps of two features; every number tells its place. */
  private static final double[][][] RNN_OUTPUTS = {
    {{111, 112}, {121, 122}, {131, 132}},
    {{211, 212}, {221, 222}, {231, 232}}
  };

  @Test
  void reshapesMixNoRowsAndNoTimeSteps() {
    double[][] identity = {{1, 0}, {0, 1}};
    try (Eval eval = new Eval()) {
      var outputs = outputs(eval, identity, new double[2], RNN_OUTPUTS);
      assertThat(eval.values(outputs)).containsExactly(flat(RNN_OUTPUTS));
      assertThat(eval.shape(outputs)).containsExactly(2, 3, 2);
    }
  }

  @Test
  void everyTimeStepOfEveryRowIsScoredByTheSameLayer() {
    double[][] w = {{1, 0, -1}, {0, 1, 1}}; // three classes out of two features
    double[] b = {0, 0, 1000};
    double[][][] expected = {
      {{111, 112, 1001}, {121, 122, 1001}, {131, 132, 1001}},
      {{211, 212, 1001}, {221, 222, 1001}, {231, 232, 1001}}
    };
    try (Eval eval = new Eval()) {
      var outputs = outputs(eval, w, b, RNN_OUTPUTS);
      assertThat(eval.values(outputs)).containsExactly(flat(expected));
      assertThat(eval.shape(outputs)).containsExactly(2, 3, 3);
    }
  }

  private static Operand<TFloat32> outputs(
      Eval eval, double[][] w, double[] b, double[][][] rnnOutputs) {
    int classes = b.length;
    int hidden = w.length;
    var cell =
        new BasicLSTMCell(
            eval.constant(new double[classes + hidden][4 * hidden]),
            eval.constant(new double[4 * hidden]),
            1);
    var network =
        new Network(
            classes,
            Optional.empty(),
            List.of(cell),
            new SoftmaxLayer(eval.constant(w), eval.constant(b)),
            Optional.empty());
    int[][] x = new int[rnnOutputs.length][rnnOutputs[0].length];
    return network.outputs(eval.tf(), eval.tf().constant(x), eval.constant(rnnOutputs));
  }

  @Test
  void oneHotMarksEachId() {
    try (Eval eval = new Eval()) {
      var network =
          Network.create(new Variables(eval.tf(), 1), ModelConfig.lab(3, 2, 1), Optional.empty());
      var oneHot = network.input(eval.tf(), eval.tf().constant(new int[][] {{2, 0}}));
      eval.initialize();
      assertThat(eval.shape(oneHot)).containsExactly(1, 2, 3);
      assertThat(eval.values(oneHot)).containsExactly(0, 0, 1, 1, 0, 0);
    }
  }

  /** A plain cell that reads zeros, in a zero state and without a bias yet, gives zeros. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void dropoutTakesFromEmbeddingsAndNoOneHotTokens(int embeddingSize) {
    ModelConfig config = new ModelConfig(CellKind.RNN, 5, 3, 1, embeddingSize);
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      Network plain = Network.create(new Variables(tf, 1), config, Optional.empty());
      Dropout dropsAll = new Dropout(tf.constant(1e-30f), tf.constant(0L), 1);
      Network dropping =
          new Network(
              plain.classes(),
              plain.embedding(),
              plain.layers(),
              plain.softmax(),
              Optional.of(dropsAll));
      var ids = tf.constant(new int[] {1, 4});
      RnnState zeros = plain.cells().zeroState(tf, tf.constant(2));
      var read = plain.step(tf, ids, zeros).output();
      var kept = dropping.step(tf, ids, zeros).output();
      eval.initialize();
      assertThat(eval.values(read)).doesNotContain(0);
      assertThat(eval.values(kept))
          .isEqualTo(embeddingSize == 0 ? eval.values(read) : new double[6]);
    }
  }

  @Test
  void variablesHaveTheOriginalsNamesAndEachCellItsOwn() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      Network.create(variables, ModelConfig.lab(25, 10, 2), Optional.empty());
      assertThat(variables.trainable())
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
}
