package org.charrnn.model;

import org.charrnn.InputException;

/**
 * The numbers that decide the shapes of a model's variables.
 *
 * @param classes characters in the vocabulary, at least 2
 * @param hiddenSize features of each cell, 1 to {@value #MAX_HIDDEN_SIZE}
 * @param layers cells on top of one another, 1 to {@value #MAX_LAYERS}
 */
public record ModelConfig(int classes, int hiddenSize, int layers) {
  /** As deep as the course's notes go. */
  public static final int MAX_LAYERS = 100;

  /** Far above any machine's memory, and the sizes of all variables still fit into a long. */
  public static final int MAX_HIDDEN_SIZE = 1_000_000;

  public ModelConfig {
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
  }

  /** Number of trainable weights in all variables together. */
  public long parameters() {
    long gates = 4L * hiddenSize;
    long first = ((long) classes + hiddenSize) * gates + gates;
    long others = (layers - 1) * (2L * hiddenSize * gates + gates);
    long softmax = (long) hiddenSize * classes + classes;
    return first + others + softmax;
  }
}
