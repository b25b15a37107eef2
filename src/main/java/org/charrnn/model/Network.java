package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.charrnn.nn.Dropout;
import org.charrnn.nn.DropoutCell;
import org.charrnn.nn.MultiRNNCell;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SoftmaxLayer;
import org.charrnn.nn.Variables;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The parts of a network that hold weights, under the original's names; training and inference put
 * them together the same way.
 *
 * @param classes tokens in the vocabulary
 * @param embedding {@code [classes, embedding size]}; without it tokens are one-hot
 * @param layers the cells from the bottom up, without dropout
 * @param softmax scores what the last cell gives
 * @param dropout on what each cell reads, but for one-hot tokens, and on what the last one gives
 */
record Network(
    int classes,
    Optional<Operand<TFloat32>> embedding,
    List<RnnCell> layers,
    SoftmaxLayer softmax,
    Optional<Dropout> dropout) {

  static Network create(Variables variables, ModelConfig config, Optional<Dropout> dropout) {
    Optional<Operand<TFloat32>> embedding =
        config.embeddingSize() == 0
            ? Optional.empty()
            : Optional.of(
                variables
                    .embeddings("embedding", config.classes(), config.embeddingSize())
                    .value());
    List<RnnCell> layers = new ArrayList<>();
    int inputSize = config.inputSize();
    for (int layer = 0; layer < config.layers(); layer++) {
      RnnCell cell = config.cell().create(variables, layer, inputSize, config.hiddenSize());
      layers.add(cell);
      inputSize = config.hiddenSize();
    }
    var softmax = SoftmaxLayer.create(variables, config.hiddenSize(), config.classes());
    return new Network(config.classes(), embedding, layers, softmax, dropout);
  }

  /** The layers as one cell, with dropout on what each reads. */
  MultiRNNCell cells() {
    List<RnnCell> cells = new ArrayList<>();
    for (RnnCell layer : layers) {
      boolean drops = dropout.isPresent() && (dropsInput() || !cells.isEmpty());
      cells.add(drops ? new DropoutCell(layer, dropout.get()) : layer);
    }
    return new MultiRNNCell(cells);
  }

  /**
   * Whether dropout takes from what the lowest cell reads. Of a one-hot token it would take the one
   * number that is not zero: the token itself.
   */
  boolean dropsInput() {
    return embedding.isPresent();
  }

  /** The values of all weights, in the order of making. */
  List<Operand<TFloat32>> parameters() {
    List<Operand<TFloat32>> parameters = new ArrayList<>();
    embedding.ifPresent(parameters::add);
    layers.forEach(layer -> parameters.addAll(layer.parameters()));
    parameters.add(softmax.w());
    parameters.add(softmax.b());
    return parameters;
  }

  /**
   * Returns the same network over other weights, such as those handed into a function.
   *
   * @param parameters in the order of {@link #parameters()}, of the same shapes
   */
  Network withParameters(List<Operand<TFloat32>> parameters) {
    int first = embedding.isPresent() ? 1 : 0;
    int last = parameters.size() - 2; // of the softmax layer
    return new Network(
        classes,
        embedding.map(old -> parameters.get(0)),
        new MultiRNNCell(layers).withParameters(parameters.subList(first, last)).cells(),
        new SoftmaxLayer(parameters.get(last), parameters.get(last + 1)),
        dropout);
  }

  /**
   * Reads one token in every row.
   *
   * @param ids {@code [batch]}
   * @param state after the token before
   */
  RnnCell.Step step(Ops tf, Operand<TInt32> ids, RnnState state) {
    return cells().step(tf, input(tf, ids), state);
  }

  /** Returns ids {@code [batch, time]} as {@code [batch, time, inputSize]}. */
  Operand<TFloat32> input(Ops tf, Operand<TInt32> ids) {
    if (embedding.isPresent()) {
      return tf.withName("X_embedded").gather(embedding.get(), ids, tf.constant(0));
    }
    return tf.withName("X_one_hot")
        .oneHot(ids, tf.constant(classes), tf.constant(1f), tf.constant(0f));
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
    Operand<TFloat32> kept = dropout.isPresent() ? dropout.get().apply(tf, rnnOutputs) : rnnOutputs;
    var forSoftmax = // [batch * time, hidden]
        tf.withName("X_for_softmax")
            .reshape(kept, tf.constant(new int[] {-1, cells().hiddenSize()}));
    var flatLogits = softmax.logits(tf, forSoftmax); // [batch * time, classes]
    var shape = tf.concat(List.of(tf.shape(x), tf.constant(new int[] {classes})), tf.constant(0));
    return tf.withName("outputs").reshape(flatLogits, shape);
  }
}
