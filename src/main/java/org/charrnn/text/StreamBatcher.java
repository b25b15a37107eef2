package org.charrnn.text;

import java.util.Locale;
import java.util.Objects;
import org.charrnn.InputException;

/**
 * Contiguous streams for truncated backpropagation through time: a text is cut into as many long
 * rows as a batch has, and batch k is the k-th window of each row, so that the state after one
 * batch is the state before the next.
 *
 * <p>A text of n ids has rows of S = (n - 1) / batchSize and S / sequenceLength batches. Nothing
 * wraps; what is left at the end of a row is dropped.
 */
public final class StreamBatcher {
  private final TokenRange text;
  private final int batchSize;
  private final int sequenceLength;
  private final long streamLength;

  /**
   * Cuts a text.
   *
   * @param batchSize streams, at least 1
   * @param sequenceLength ids of a stream in one batch, at least 1
   * @throws InputException if the text has not one full batch
   */
  public StreamBatcher(TokenRange text, int batchSize, int sequenceLength) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
    if (sequenceLength < 1) {
      throw new IllegalArgumentException(
          "sequenceLength must be at least 1, got " + sequenceLength);
    }
    this.text = text;
    this.batchSize = batchSize;
    this.sequenceLength = sequenceLength;
    this.streamLength = Math.max(text.size() - 1, 0) / batchSize;
    if (batches() == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %,d tokens, but a batch of %,d streams of %,d tokens and one to follow need"
                  + " %,d; give more text, or a smaller --batch-size or --sequence-length",
              text.name(),
              text.size(),
              batchSize,
              sequenceLength,
              (long) batchSize * sequenceLength + 1));
    }
  }

  /** Batches in one epoch. */
  public long batches() {
    return streamLength / sequenceLength;
  }

  /** Ids in a batch: the length that {@link #fill} needs. */
  public int batchLength() {
    return Math.multiplyExact(batchSize, sequenceLength);
  }

  /**
   * Copies a batch.
   *
   * @param batch its number, 0 to {@link #batches()} - 1
   * @param inputs filled with ids, {@code [batchSize, sequenceLength]}, row by row
   * @param targets filled with the id after each input, {@code [batchSize, sequenceLength]}
   */
  public void fill(long batch, int[] inputs, int[] targets) {
    Objects.checkIndex(batch, batches());
    if (inputs.length != batchLength() || targets.length != batchLength()) {
      throw new IllegalArgumentException(
          "a batch has %d ids, got room for %d and %d"
              .formatted(batchLength(), inputs.length, targets.length));
    }
    int place = 0;
    for (int stream = 0; stream < batchSize; stream++) {
      long at = stream * streamLength + batch * sequenceLength;
      int id = text.get(at);
      for (int t = 0; t < sequenceLength; t++) {
        inputs[place] = id;
        id = text.get(++at);
        targets[place++] = id;
      }
    }
  }
}
