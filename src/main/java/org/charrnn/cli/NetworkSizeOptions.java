package org.charrnn.cli;

import static org.charrnn.cli.TrainOptions.orElse;

import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.model.BatchShape;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import picocli.CommandLine.Option;

/** The sizes of a network to measure; null where a person gave none. */
final class NetworkSizeOptions {
  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows of a batch, for training (default: 50).")
  private Integer batchSize;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      description = "Time steps of a row, for training (default: 50).")
  private Integer sequenceLength;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Features of each cell (default: 128).")
  private Integer hidden;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Cells on top of one another (default: 2).")
  private Integer layers;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description = "Characters there are (default: 65).")
  private Integer vocabularySize;

  @Option(names = "--cell", paramLabel = "KIND", description = "lstm, gru or rnn (default: lstm).")
  private CellKind cell;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description = "Features of an embedded character; 0 for one-hot input (default: 0).")
  private Integer embedding;

  boolean isGiven() {
    return Stream.of(batchSize, sequenceLength, hidden, layers, vocabularySize, cell, embedding)
        .anyMatch(Objects::nonNull);
  }

  ModelConfig network() {
    return new ModelConfig(
        orElse(cell, CellKind.LSTM),
        orElse(vocabularySize, 65),
        orElse(hidden, 128),
        orElse(layers, 2),
        orElse(embedding, 0));
  }

  BatchShape shape() {
    int rows = orElse(batchSize, 50);
    int steps = orElse(sequenceLength, 50);
    if (rows < 1 || steps < 1) {
      throw new InputException(
          "--batch-size and --sequence-length must be at least 1, got %d and %d"
              .formatted(rows, steps));
    }
    return new BatchShape(rows, steps);
  }
}
