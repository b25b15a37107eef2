package org.charrnn.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.InputException;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.tensorflow.ndarray.Shape;

/**
 * The architecture of a network: everything that determines the shapes of its weights.
 *
 * @param cell kind of the cells
 * @param classes tokens in the vocabulary, at least 2
 * @param hiddenSize hidden size of each layer, 1 to {@value #MAX_HIDDEN_SIZE}
 * @param layers number of stacked cells, 1 to {@value #MAX_LAYERS}
 * @param embeddingSize size of a token's embedding, 1 to {@value #MAX_HIDDEN_SIZE}, or 0 for
 *     one-hot input
 * @param tieEmbeddings whether the embeddings also are the weights of the softmax layer, which
 *     needs embeddings of the hidden size: logits = h * transpose(embedding) + softmax_b (Press and
 *     Wolf 2017, arXiv:1608.05859; Inan, Khosravi and Socher 2017, arXiv:1611.01462)
 */
public record ModelConfig(
    @Setting(label = "CELL", defaultValue = "lstm", help = "Kind of the cells: lstm, gru or rnn")
        CellKind cell,
    int classes,
    @Setting(
            name = "hidden",
            defaultValue = "128",
            lab = Setting.AUTO,
            min = 1,
            max = ModelConfig.MAX_HIDDEN_SIZE,
            auto = "the number of distinct characters",
            help = "Hidden size of each layer")
        int hiddenSize,
    @Setting(
            defaultValue = "2",
            lab = "2",
            min = 1,
            max = ModelConfig.MAX_LAYERS,
            help = "Number of layers")
        int layers,
    @Setting(
            name = "embedding",
            defaultValue = Setting.AUTO,
            min = 0,
            max = ModelConfig.MAX_HIDDEN_SIZE,
            auto = "0 for characters, the hidden size for words and if they are tied",
            help = "Size of the token embeddings, 0 for one-hot input")
        int embeddingSize,
    @Setting(
            label = "",
            defaultValue = "false",
            absent = "false",
            help =
                "Use the embeddings as the weights of the softmax layer, too; their size is the"
                    + " hidden size")
        boolean tieEmbeddings)
    implements Serializable {
  /** As deep as the course's notes go. */
  public static final int MAX_LAYERS = 100;

  /** Far beyond any machine's memory, while the sizes of all weights still fit into a long. */
  public static final int MAX_HIDDEN_SIZE = 1_000_000;

  public ModelConfig {
    SettingChecks.check(
        ModelConfig.class, cell, classes, hiddenSize, layers, embeddingSize, tieEmbeddings);
    if (classes < 2) {
      throw new InputException(
          "the text has %d distinct character%s; training needs at least 2"
              .formatted(classes, classes == 1 ? "" : "s"));
    }
    if (tieEmbeddings && embeddingSize != hiddenSize) {
      throw new SettingException(
          "tie-embeddings",
          "needs embeddings of the hidden size, but embedding is %d and hidden is %d"
              .formatted(embeddingSize, hiddenSize));
    }
  }

  /** A network whose softmax layer has its own weights. */
  public ModelConfig(CellKind cell, int classes, int hiddenSize, int layers, int embeddingSize) {
    this(cell, classes, hiddenSize, layers, embeddingSize, false);
  }

  /** Returns the lab's kind of network: LSTM cells on one-hot input. */
  public static ModelConfig lab(int classes, int hiddenSize, int layers) {
    return new ModelConfig(CellKind.LSTM, classes, hiddenSize, layers, 0);
  }

  /**
   * Derives the size of the embeddings if it was not given.
   *
   * @param given with a hidden size
   * @param ofTokens the size for the kind of tokens; tied embeddings have the hidden size
   */
  public static SettingValues withEmbedding(SettingValues given, int ofTokens) {
    boolean isTied = (boolean) given.value(ModelConfig.class, "tie-embeddings");
    Object size = isTied ? given.value(ModelConfig.class, "hidden") : ofTokens;
    return given.derive("embedding", size);
  }

  /** Size of the first layer's input. */
  public int inputSize() {
    return embeddingSize == 0 ? classes : embeddingSize;
  }

  /** The names and shapes of the network's weights, in order. */
  public Map<String, Shape> weightShapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    if (embeddingSize > 0) {
      shapes.put("embedding", Shape.of(classes, embeddingSize));
    }
    for (int layer = 0; layer < layers; layer++) {
      String scope = cell.scope(layer) + "/";
      cell.parameterShapes(layer == 0 ? inputSize() : hiddenSize, hiddenSize)
          .forEach((name, shape) -> shapes.put(scope + name, shape));
    }
    if (!tieEmbeddings) {
      shapes.put("softmax_w", Shape.of(hiddenSize, classes));
    }
    shapes.put("softmax_b", Shape.of(classes));
    return shapes;
  }

  /** The same network for a vocabulary of another size. */
  public ModelConfig withClasses(int newClasses) {
    return new ModelConfig(cell, newClasses, hiddenSize, layers, embeddingSize, tieEmbeddings);
  }

  /** The same network with a softmax layer that has its own weights. */
  ModelConfig untied() {
    return new ModelConfig(cell, classes, hiddenSize, layers, embeddingSize);
  }

  /** The size of each state tensor of all layers, in order. */
  public List<Integer> stateSizes() {
    return Collections.nCopies(layers * cell.stateTensors(), hiddenSize);
  }

  /** Number of trainable parameters: the elements of all weights. */
  public long parameters() {
    return weightShapes().values().stream().mapToLong(Shape::size).sum();
  }
}
