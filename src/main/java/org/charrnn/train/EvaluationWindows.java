package org.charrnn.train;

import java.util.Arrays;
import java.util.Objects;
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

  private final int sequenceLength;
  private final Streams streams;
  private final Stream[] rows; // the stream in each row; null if there is none
  private final int[] x;
  private final int[] y;
  private final float[] weights;

  private long from; // start of the window in each stream
  private long longest; // length of the longest stream in the rows
  private int weightSum;
  private long predicted;

  /**
   * Tokens that are predicted one after another.
   *
   * @param from index of the token before the first of them
   * @param length number of them
   */
  private record Stream(TokenRange range, long from, long length) {}

  /** The streams of a text, in order. There may be too many to list them. */
  private static final class Streams {
    private final TokenRanges text;
    private final EvaluationProtocol protocol;
    private final int streamsOfRange;
    private int range; // of the next stream
    private long from;

    Streams(TokenRanges text, EvaluationProtocol protocol, int rows) {
      this.text = text;
      this.protocol = protocol;
      streamsOfRange = Math.max(1, rows / text.ranges().size());
    }

    /** Returns the next stream; null if there is none. */
    Stream next() {
      while (range < text.ranges().size()) {
        TokenRange tokens = text.ranges().get(range);
        long left = tokens.size() - 1 - from;
        if (left > 0) {
          long length = Math.min(left, protocol.streamLength(tokens, streamsOfRange));
          Stream stream = new Stream(tokens, from, length);
          from += length;
          return stream;
        }
        range++;
        from = 0;
      }
      return null;
    }
  }

  /**
   * Starts before the first window of a text whose state is carried on.
   *
   * @param shape of a window
   */
  public EvaluationWindows(TokenRanges text, BatchShape shape) {
    this(text, shape, EvaluationProtocol.CARRIED);
  }

  /**
   * Starts before the first window.
   *
   * @param shape of a window
   * @param protocol how long the streams are
   */
  public EvaluationWindows(TokenRanges text, BatchShape shape, EvaluationProtocol protocol) {
    Evaluation.require(text);
    sequenceLength = shape.sequenceLength();
    streams = new Streams(text, protocol, shape.batchSize());
    rows = new Stream[shape.batchSize()];
    x = new int[rows.length * sequenceLength];
    y = new int[x.length];
    weights = new float[x.length];
  }

  /** Advances to the next window; returns false if there is none. */
  public boolean next() {
    from += sequenceLength;
    if (from >= longest) {
      startNextStreams();
    }
    if (longest == 0) {
      return false;
    }
    weightSum = 0;
    for (int i = 0; i < x.length; i++) {
      Stream stream = rows[i / sequenceLength];
      long inStream = from + i % sequenceLength;
      boolean counts = stream != null && inStream < stream.length();
      long at = counts ? stream.from() + inStream : 0;
      x[i] = counts ? stream.range().get(at) : 0;
      y[i] = counts ? stream.range().get(at + 1) : 0;
      weights[i] = counts ? 1 : 0;
      weightSum += counts ? 1 : 0;
    }
    predicted += weightSum;
    return true;
  }

  private void startNextStreams() {
    Arrays.setAll(rows, row -> streams.next());
    from = 0;
    longest =
        Arrays.stream(rows).filter(Objects::nonNull).mapToLong(Stream::length).max().orElse(0);
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
