package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.MultiRNNCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.SoftmaxLayer;
import org.charrnn.nn.Variables;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The parts of the lab's network that hold weights, under the original's names; training and
 * inference put them together the same way.
 */
record Network(MultiRNNCell cells, SoftmaxLayer softmax) {

  static Network create(Variables variables, ModelConfig config) {
    List<RnnCell> cells = new ArrayList<>();
    int inputSize = config.classes();
    for (int layer = 0; layer < config.layers(); layer++) {
      String scope = "rnn/multi_rnn_cell/cell_" + layer + "/basic_lstm_cell";
      cells.add(BasicLSTMCell.create(variables, scope, inputSize, config.hiddenSize()));
      inputSize = config.hiddenSize();
    }
    return new Network(
        new MultiRNNCell(cells),
        SoftmaxLayer.create(variables, config.hiddenSize(), config.classes()));
  }

  /** Returns ids {@code [batch, time]} as {@code [batch, time, classes]}. */
  Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> ids) {
    return tf.withName("X_one_hot")
        .oneHot(ids, tf.constant(cells.inputSize()), tf.constant(1f), tf.constant(0f));
  }

  /**
   * Scores every time step of every row by the same softmax layer: time moves into the batch, and
   * back out of it.
   *
   * @param x {@code [batch, time]}, only for its shape
   * @param rnnOutputs {@code [batch, time, hidden]}
   * @return {@code outputs}, the logits {@code [batch, time, classes]}
   */
  Operand<TFloat32> outputs(Ops tf, Operand<TInt32> x, Operand<TFloat32> rnnOutputs) {
    var forSoftmax = // [batch * time, hidden]
        tf.withName("X_for_softmax")
            .reshape(rnnOutputs, tf.constant(new int[] {-1, cells.hiddenSize()}));
    var flatLogits = softmax.logits(tf, forSoftmax); // [batch * time, classes]
    var classes = tf.constant(new int[] {cells.inputSize()});
    var shape = tf.concat(List.of(tf.shape(x), classes), tf.constant(0));
    return tf.withName("outputs").reshape(flatLogits, shape);
  }
}
