package org.charrnn.text.batches;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.charrnn.InputException;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;

/**
 * Batches for truncated backpropagation through time. The text is cut into {@code batchSize}
 * contiguous streams, and batch k holds the k-th window of each stream, so that the state after one
 * batch is the initial state of the next.
 *
 * <p>A text of n ids without cuts has streams of S = (n - 1) / batchSize ids, and S /
 * sequenceLength batches. No window wraps around; the ids left over at the end of a stream are
 * dropped.
 *
 * <p>In a text of several ranges no window contains ids of two ranges. A range of n ids has (n - 1)
 * / sequenceLength windows, and each stream is an equal share of the windows of all ranges, in
 * their order; what is left over at the end of a range or between two streams is dropped.
 */
public final class StreamBatcher {
  private final TokenRanges text;
  private final int batchSize;
  private final int sequenceLength;
  private final long batches;
  private final long[] firstWindows; // of each range, counted over all ranges; and their number

  /**
   * Cuts a text without cuts into streams.
   *
   * @param batchSize number of streams, at least 1
   * @param sequenceLength ids per stream in one batch, at least 1
   * @throws InputException if the text is shorter than one batch
   */
  public StreamBatcher(TokenRange text, int batchSize, int sequenceLength) {
    this(TokenRanges.of(text), batchSize, sequenceLength);
  }

  /**
   * Cuts a text into streams.
   *
   * @param batchSize number of streams, at least 1
   * @param sequenceLength ids per stream in one batch, at least 1
   * @throws InputException if the text is shorter than one batch
   */
  public StreamBatcher(TokenRanges text, int batchSize, int sequenceLength) {
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
    this.batches = batches(text.sizes(), batchSize, sequenceLength);
    if (batches == 0) {
      throw tooShort();
    }
    firstWindows = new long[text.ranges().size() + 1];
    for (int i = 0; i < text.ranges().size(); i++) {
      firstWindows[i + 1] = firstWindows[i] + windows(text.ranges().get(i).size(), sequenceLength);
    }
  }

  private InputException tooShort() {
    long needed = (long) batchSize * sequenceLength + 1;
    boolean isCut = text.size() >= needed;
    return new InputException(
        String.format(
            Locale.ROOT,
            "%s has %,d tokens%s, but a batch of %,d streams of %,d tokens and the token after it"
                + " need %,d; use more text, or a smaller batch size or sequence length",
            text.name(),
            text.size(),
            isCut ? " in %,d parts".formatted(text.ranges().size()) : "",
            batchSize,
            sequenceLength,
            needed));
  }

  /**
   * Returns the number of batches in one epoch of a text.
   *
   * @param sizes ids in each range of the text
   */
  public static long batches(List<Long> sizes, int batchSize, int sequenceLength) {
    if (sizes.size() == 1) {
      return Math.max(sizes.get(0) - 1, 0) / batchSize / sequenceLength;
    }
    return sizes.stream().mapToLong(size -> windows(size, sequenceLength)).sum() / batchSize;
  }

  private static long windows(long size, int sequenceLength) {
    return Math.max(size - 1, 0) / sequenceLength;
  }

  /** Returns the number of batches in one epoch. */
  public long batches() {
    return batches;
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
    for (int stream = 0; stream < batchSize; stream++) {
      int index = stream * sequenceLength;
      if (text.ranges().size() == 1) {
        TokenRange range = text.ranges().get(0);
        long streamLength = (range.size() - 1) / batchSize;
        copy(range, stream * streamLength + batch * sequenceLength, inputs, targets, index);
      } else {
        long windows = firstWindows[firstWindows.length - 1];
        long window = windows / batchSize * stream + windows % batchSize * stream / batchSize;
        copyWindow(window + batch, inputs, targets, index);
      }
    }
  }

  /**
   * @param window counted over all ranges
   */
  private void copyWindow(long window, int[] inputs, int[] targets, int index) {
    int found = Arrays.binarySearch(firstWindows, window);
    int range = found < 0 ? -found - 2 : found;
    while (firstWindows[range + 1] == window) {
      range++; // a range without windows
    }
    long inRange = window - firstWindows[range];
    copy(text.ranges().get(range), inRange * sequenceLength, inputs, targets, index);
  }

  private void copy(TokenRange range, long from, int[] inputs, int[] targets, int index) {
    long position = from;
    int id = range.get(position);
    for (int i = index; i < index + sequenceLength; i++) {
      inputs[i] = id;
      id = range.get(++position);
      targets[i] = id;
    }
  }
}
