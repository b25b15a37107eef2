package org.charrnn.model;

import java.io.Serializable;
import org.charrnn.InputException;

/**
 * The numbers that decide the shapes of a model's variables.
 *
 * @param cell what kind of cells
 * @param classes tokens in the vocabulary, at least 2
 * @param hiddenSize features of each cell, 1 to {@value #MAX_HIDDEN_SIZE}
 * @param layers cells on top of one another, 1 to {@value #MAX_LAYERS}
 * @param embeddingSize features of an embedded token, 1 to {@value #MAX_HIDDEN_SIZE}, or 0 for
 *     one-hot input
 */
public record ModelConfig(CellKind cell, int classes, int hiddenSize, int layers, int embeddingSize)
    implements Serializable {
  /** As deep as the course's notes go. */
  public static final int MAX_LAYERS = 100;

  /** Far above any machine's memory, and the sizes of all variables still fit into a long. */
  public static final int MAX_HIDDEN_SIZE = 1_000_000;

  /** The lab's kind of network: LSTM cells on one-hot input. */
  public static ModelConfig lab(int classes, int hiddenSize, int layers) {
    return new ModelConfig(CellKind.LSTM, classes, hiddenSize, layers, 0);
  }

  public ModelConfig {
    if (cell == null) {
      throw new InputException("the kind of cell is null");
    }
    if (classes < 2) {
      throw new InputException(
          "the text has %d distinct character%s; there is nothing to learn with fewer than 2"
              .formatted(classes, classes == 1 ? "" : "s"));
    }
    if (hiddenSize < 1 || hiddenSize > MAX_HIDDEN_SIZE) {
      throw new InputException(
          "--hidden must be from 1 to %d, got %d".formatted(MAX_HIDDEN_SIZE, hiddenSize));
    }
    if (layers < 1 || layers > MAX_LAYERS) {
      throw new InputException(
          "--layers must be from 1 to %d, got %d".formatted(MAX_LAYERS, layers));
    }
    if (embeddingSize < 0 || embeddingSize > MAX_HIDDEN_SIZE) {
      throw new InputException(
          "--embedding must be from 0 to %d, got %d".formatted(MAX_HIDDEN_SIZE, embeddingSize));
    }
  }

  /** Features of what the first cell reads. */
  public int inputSize() {
    return embeddingSize == 0 ? classes : embeddingSize;
  }

  /** Number of trainable weights in all variables together. */
  public long parameters() {
    long gates =
        switch (cell) {
          case LSTM -> 4L * hiddenSize;
          case GRU -> 3L * hiddenSize;
          case RNN -> hiddenSize;
        };
    long first = ((long) inputSize() + hiddenSize + 1) * gates;
    long others = (layers - 1) * ((2L * hiddenSize + 1) * gates);
    long softmax = ((long) hiddenSize + 1) * classes;
    return (long) embeddingSize * classes + first + others + softmax;
  }
}
