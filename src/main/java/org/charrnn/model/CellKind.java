package org.charrnn.model;

import java.util.Locale;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.BasicRNNCell;
import org.charrnn.nn.GRUCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.Variables;

/** The kinds of cells a network can be made of. */
public enum CellKind {
  LSTM,
  GRU,
  RNN;

  /** Makes the cell of a layer, with variables of its own under TensorFlow 1's names. */
  RnnCell create(Variables variables, int layer, int inputSize, int hiddenSize) {
    String scope = "rnn/multi_rnn_cell/cell_" + layer;
    return switch (this) {
      case LSTM ->
          BasicLSTMCell.create(variables, scope + "/basic_lstm_cell", inputSize, hiddenSize);
      case GRU -> GRUCell.create(variables, scope + "/gru_cell", inputSize, hiddenSize);
      case RNN -> BasicRNNCell.create(variables, scope + "/basic_rnn_cell", inputSize, hiddenSize);
    };
  }

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
