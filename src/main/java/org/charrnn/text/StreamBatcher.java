package org.charrnn.text;

import java.util.Locale;
import java.util.Objects;
import org.charrnn.InputException;

/**
 * Batches for truncated backpropagation through time. The text is cut into {@code batchSize}
 * contiguous streams, and batch k holds the k-th window of each stream, so that the state after one
 * batch is the initial state of the next.
 *
 * <p>A text of n ids has streams of S = (n - 1) / batchSize ids, and S / sequenceLength batches. No
 * window wraps around; the ids left over at the end of a stream are dropped.
 */
public final class StreamBatcher {
  private final TokenRange text;
  private final int batchSize;
  private final int sequenceLength;
  private final long streamLength;

  /**
   * Cuts a text into streams.
   *
   * @param batchSize number of streams, at least 1
   * @param sequenceLength ids per stream in one batch, at least 1
   * @throws InputException if the text is shorter than one batch
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
              "%s has %,d tokens, but a batch of %,d streams of %,d tokens and the token after it"
                  + " need %,d; use more text, or a smaller batch size or sequence length",
              text.name(),
              text.size(),
              batchSize,
              sequenceLength,
              (long) batchSize * sequenceLength + 1));
    }
  }

  /** Returns the number of batches in one epoch. */
  public long batches() {
    return streamLength / sequenceLength;
  }

  /** Returns the number of ids in a batch, the array length that {@link #fill} requires. */
  public int batchLength() {
    return Math.multiplyExact(batchSize, sequenceLength);
  }

  /**
   * Copies a batch into arrays.
   *
   * @param batch index of the batch, 0 to {@link #batches()} - 1
   * @param inputs filled with ids, {@code [batchSize, sequenceLength]}, row by row
   * @param targets filled with the id after each input, {@code [batchSize, sequenceLength]}
   */
  public void fill(long batch, int[] inputs, int[] targets) {
    Objects.checkIndex(batch, batches());
    if (inputs.length != batchLength() || targets.length != batchLength()) {
      throw new IllegalArgumentException(
          "a batch has %d ids, got arrays of %d and %d"
              .formatted(batchLength(), inputs.length, targets.length));
    }
    int index = 0;
    for (int stream = 0; stream < batchSize; stream++) {
      long position = stream * streamLength + batch * sequenceLength;
      int id = text.get(position);
      for (int t = 0; t < sequenceLength; t++) {
        inputs[index] = id;
        id = text.get(++position);
        targets[index++] = id;
      }
    }
  }
}
