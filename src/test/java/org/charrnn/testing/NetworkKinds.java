package org.charrnn.testing;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.stream.Stream;
import org.charrnn.model.CellKind;
import org.junit.jupiter.params.provider.Arguments;

/** The kinds of networks: each cell with one-hot input, with embeddings and with tied ones. */
public final class NetworkKinds {
  private NetworkKinds() {}

  /** Returns a cell, the size of the embeddings, and whether they are tied. */
  public static Stream<Arguments> ofHiddenSize(int hidden) {
    return Arrays.stream(CellKind.values())
        .flatMap(
            cell ->
                Stream.of(
                    arguments(cell, 0, false),
                    arguments(cell, 5, false),
                    arguments(cell, hidden, true)));
  }
}
