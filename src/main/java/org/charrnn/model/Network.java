package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.charrnn.graph.ResourceVariable;
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
 * The layers of a network with their weights, under the original's names. Training, generation and
 * export all use it.
 *
 * @param embedding {@code [classes, embedding size]}; empty for one-hot input
 * @param layers the cells from the bottom to the top, without dropout
 * @param softmax computes the logits from the output of the last cell
 * @param dropout on the input of each cell, except one-hot input, and on the output of the last
 */
public record Network(
    ModelConfig config,
    Optional<Operand<TFloat32>> embedding,
    List<RnnCell> layers,
    SoftmaxLayer softmax,
    Optional<Dropout> dropout) {
  /**
   * Creates the weights of a network, with random initial values.
   *
   * @param seed any value; determines the initial values
   * @return the weights in the order of {@link ModelConfig#weightShapes()}
   */
  public static List<ResourceVariable> createWeights(Ops tf, ModelConfig config, long seed) {
    Variables variables = new Variables(tf, seed);
    if (config.tieEmbeddings()) {
      variables.tiedEmbeddings("embedding", config.classes(), config.embeddingSize());
    } else if (config.embeddingSize() > 0) {
      variables.embeddings("embedding", config.classes(), config.embeddingSize());
    }
    int inputSize = config.inputSize();
    for (int layer = 0; layer < config.layers(); layer++) {
      config.cell().create(variables, layer, inputSize, config.hiddenSize());
      inputSize = config.hiddenSize();
    }
    if (config.tieEmbeddings()) {
      SoftmaxLayer.createBias(variables, config.classes());
    } else {
      SoftmaxLayer.create(variables, config.hiddenSize(), config.classes());
    }
    return variables.trainable();
  }

  /** Creates the weights of a network without initial values. */
  public static List<ResourceVariable> declareWeights(Ops tf, ModelConfig config) {
    List<ResourceVariable> weights = new ArrayList<>();
    config
        .weightShapes()
        .forEach((name, shape) -> weights.add(ResourceVariable.declare(tf, name, shape)));
    return weights;
  }

  /**
   * Creates a network from its weights.
   *
   * @param weights in the order of {@link ModelConfig#weightShapes()}
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Network of(ModelConfig config, List<Operand<TFloat32>> weights) {
    WeightsByLayer<Operand<TFloat32>> byLayer = WeightsByLayer.of(config, weights);
    List<RnnCell> layers = byLayer.cells().stream().map(config.cell()::of).toList();
    SoftmaxLayer softmax =
        byLayer
            .softmaxW()
            .map(w -> new SoftmaxLayer(w, byLayer.softmaxB()))
            .orElseGet(
                () -> SoftmaxLayer.tied(byLayer.embedding().orElseThrow(), byLayer.softmaxB()));
    return new Network(config, byLayer.embedding(), layers, softmax, Optional.empty());
  }

  /** Returns the values of variables, such as to create a network from them. */
  public static List<Operand<TFloat32>> values(List<ResourceVariable> variables) {
    return variables.stream().map(ResourceVariable::value).toList();
  }

  /** Returns the same network with dropout. */
  public Network withDropout(Optional<Dropout> newDropout) {
    return new Network(config, embedding, layers, softmax, newDropout);
  }

  /**
   * Returns a network that computes the same with a softmax matrix of its own: the transpose of the
   * embeddings, if they are tied. A loop multiplies by it without transposing it for each token.
   */
  public Network untied(Ops tf) {
    if (!softmax.isTied()) {
      return this;
    }
    SoftmaxLayer own = new SoftmaxLayer(softmax.matrix(tf), softmax.b());
    return new Network(config.untied(), embedding, layers, own, dropout);
  }

  /** The layers as one cell, with dropout on the input of each. */
  public MultiRNNCell cells() {
    List<RnnCell> cells = new ArrayList<>();
    for (RnnCell layer : layers) {
      boolean drops = dropout.isPresent() && (dropsInput() || !cells.isEmpty());
      cells.add(drops ? new DropoutCell(layer, dropout.get()) : layer);
    }
    return new MultiRNNCell(cells);
  }

  /**
   * Whether dropout applies to the input of the lowest cell. From one-hot input it would remove the
   * only number that is not zero: the token itself.
   */
  public boolean dropsInput() {
    return embedding.isPresent();
  }

  /** The weights, in the order of {@link ModelConfig#weightShapes()}. */
  public List<Operand<TFloat32>> parameters() {
    List<Operand<TFloat32>> parameters = new ArrayList<>();
    embedding.ifPresent(parameters::add);
    layers.forEach(layer -> parameters.addAll(layer.parameters()));
    if (!softmax.isTied()) {
      parameters.add(softmax.w());
    }
    parameters.add(softmax.b());
    return parameters;
  }

  /**
   * Reads one token in every row.
   *
   * @param ids {@code [batch]}
   * @param state after the previous token
   */
  public RnnCell.Step step(Ops tf, Operand<TInt32> ids, RnnState state) {
    return cells().step(tf, input(tf, ids), state);
  }

  /** Returns the cells' input for ids of any shape: {@code [..., inputSize]}. */
  public Operand<TFloat32> input(Ops tf, Operand<TInt32> ids) {
    if (embedding.isPresent()) {
      return tf.withName("X_embedded").gather(embedding.get(), ids, tf.constant(0));
    }
    return tf.withName("X_one_hot")
        .oneHot(ids, tf.constant(config.classes()), tf.constant(1f), tf.constant(0f));
  }

  /**
   * Applies dropout, if there is any, to the outputs of the last cell.
   *
   * @param rnnOutputs {@code [batch, time, hidden]}
   */
  public Operand<TFloat32> dropOutputs(Ops tf, Operand<TFloat32> rnnOutputs) {
    return dropout.isPresent() ? dropout.get().applyToSequence(tf, rnnOutputs) : rnnOutputs;
  }
}
