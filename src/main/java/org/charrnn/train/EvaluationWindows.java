package org.charrnn.train;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.settings.BatchShape;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;

/**
 * Iterates over the windows in which a text is evaluated, each of its tokens once.
 *
 * <p>Each range of the text is read in streams of its own, in the rows of a window. If there are
 * more streams than rows, the next streams follow, again from a zero state.
 */
public final class EvaluationWindows {
  static final long MIN_STREAM_LENGTH = 1_000;

  private final int rows;
  private final int sequenceLength;
  private final List<Stream> streams = new ArrayList<>();
  private final int[] x;
  private final int[] y;
  private final float[] weights;

  private int first; // stream in the first row
  private long from; // start of the window in each stream
  private boolean isStarted;
  private int weightSum;
  private long predicted;

  /**
   * Tokens that are predicted one after another.
   *
   * @param from index of the token before the first of them
   * @param length number of them
   */
  private record Stream(TokenRange range, long from, long length) {}

  /**
   * Starts before the first window.
   *
   * @param shape of a window
   */
  public EvaluationWindows(TokenRanges text, BatchShape shape) {
    Evaluation.require(text);
    rows = shape.batchSize();
    sequenceLength = shape.sequenceLength();
    text.ranges().forEach(range -> addStreams(range, text.ranges().size()));
    x = new int[rows * sequenceLength];
    y = new int[x.length];
    weights = new float[x.length];
  }

  private void addStreams(TokenRange range, int ranges) {
    long toPredict = range.size() - 1;
    long most = Math.max(1, rows / ranges);
    long count = Math.min(most, Math.max(1, toPredict / MIN_STREAM_LENGTH));
    long length = (toPredict + count - 1) / count;
    for (long at = 0; at < toPredict; at += length) {
      streams.add(new Stream(range, at, Math.min(length, toPredict - at)));
    }
  }

  /** Advances to the next window; returns false if there is none. */
  public boolean next() {
    if (isStarted) {
      from += sequenceLength;
    }
    isStarted = true;
    if (from >= longest()) {
      first += rows;
      from = 0;
    }
    if (first >= streams.size()) {
      return false;
    }
    weightSum = 0;
    for (int i = 0; i < x.length; i++) {
      int row = first + i / sequenceLength;
      long inStream = from + i % sequenceLength;
      boolean counts = row < streams.size() && inStream < streams.get(row).length();
      long at = counts ? streams.get(row).from() + inStream : 0;
      x[i] = counts ? streams.get(row).range().get(at) : 0;
      y[i] = counts ? streams.get(row).range().get(at + 1) : 0;
      weights[i] = counts ? 1 : 0;
      weightSum += counts ? 1 : 0;
    }
    predicted += weightSum;
    return true;
  }

  /** The length of the longest stream in the rows. */
  private long longest() {
    return streams.stream().skip(first).limit(rows).mapToLong(Stream::length).max().orElse(0);
  }

  /** Whether the window is the first of its streams, which start from a zero state. */
  public boolean startsStreams() {
    return from == 0;
  }

  /** The ids, row by row; the array is reused for the next window. */
  public int[] x() {
    return x;
  }

  /** The id that follows each. */
  public int[] y() {
    return y;
  }

  /** 1 for each position that counts, else 0. */
  public float[] weights() {
    return weights;
  }

  /** The number of positions of the window that count. */
  public int weightSum() {
    return weightSum;
  }

  /** The number of tokens predicted so far. */
  public long predicted() {
    return predicted;
  }
}
