package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a network by layer, as operands of a graph or as arrays.
 *
 * @param embedding empty for one-hot input
 * @param cells the weights of each cell, from the bottom to the top
 * @param softmaxW {@code [hidden, classes]}; empty if the embeddings take its place
 * @param softmaxB {@code [classes]}
 */
record WeightsByLayer<T>(
    Optional<T> embedding, List<List<T>> cells, Optional<T> softmaxW, T softmaxB) {
  /**
   * Divides weights by layer.
   *
   * @param weights in the order of {@link ModelConfig#weightShapes()}
   * @throws IllegalArgumentException if there are more or fewer
   */
  static <T> WeightsByLayer<T> of(ModelConfig config, List<T> weights) {
    int expected = config.weightShapes().size();
    if (weights.size() != expected) {
      throw new IllegalArgumentException(
          "the network has %d weights, got %d".formatted(expected, weights.size()));
    }
    int next = 0;
    Optional<T> embedding =
        config.embeddingSize() == 0 ? Optional.empty() : Optional.of(weights.get(next++));
    int bias = expected - 1;
    int softmax = config.tieEmbeddings() ? bias : bias - 1;
    int perCell = (softmax - next) / config.layers();
    List<List<T>> cells = new ArrayList<>();
    for (; next < softmax; next += perCell) {
      cells.add(weights.subList(next, next + perCell));
    }
    Optional<T> softmaxW =
        config.tieEmbeddings() ? Optional.empty() : Optional.of(weights.get(softmax));
    return new WeightsByLayer<>(embedding, cells, softmaxW, weights.get(bias));
  }
}
