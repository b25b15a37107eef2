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
    String scope = scope(layer);
    return switch (this) {
      case LSTM -> BasicLSTMCell.create(variables, scope, inputSize, hiddenSize);
      case GRU -> GRUCell.create(variables, scope, inputSize, hiddenSize);
      case RNN -> BasicRNNCell.create(variables, scope, inputSize, hiddenSize);
    };
  }

  /** What the names of the variables of a layer's cell begin with. */
  String scope(int layer) {
    String cell =
        switch (this) {
          case LSTM -> "basic_lstm_cell";
          case GRU -> "gru_cell";
          case RNN -> "basic_rnn_cell";
        };
    return "rnn/multi_rnn_cell/cell_" + layer + "/" + cell;
  }

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
