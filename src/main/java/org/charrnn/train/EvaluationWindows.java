package org.charrnn.train;

import org.charrnn.settings.BatchShape;
import org.charrnn.text.TokenRange;

/** Iterates over the windows in which a text is evaluated, each of its tokens once. */
public final class EvaluationWindows {
  static final long MIN_STREAM_LENGTH = 1_000;

  private final TokenRange text;
  private final int sequenceLength;
  private final long toPredict;
  private final long streams;
  private final long streamLength;
  private final int[] x;
  private final int[] y;
  private final float[] weights;

  private long from; // start of the next window in each stream
  private int weightSum;
  private long predicted;

  /**
   * Starts before the first window.
   *
   * @param shape of a window
   */
  public EvaluationWindows(TokenRange text, BatchShape shape) {
    Evaluation.require(text);
    this.text = text;
    sequenceLength = shape.sequenceLength();
    toPredict = text.size() - 1;
    streams = Math.min(shape.batchSize(), Math.max(1, toPredict / MIN_STREAM_LENGTH));
    streamLength = (toPredict + streams - 1) / streams;
    x = new int[shape.batchSize() * sequenceLength];
    y = new int[x.length];
    weights = new float[x.length];
  }

  /** Advances to the next window; returns false if there is none. */
  public boolean next() {
    if (from >= streamLength) {
      return false;
    }
    weightSum = 0;
    for (int i = 0; i < x.length; i++) {
      long stream = i / sequenceLength;
      long inStream = from + i % sequenceLength;
      long at = stream * streamLength + inStream;
      boolean counts = stream < streams && inStream < streamLength && at < toPredict;
      x[i] = counts ? text.get(at) : 0;
      y[i] = counts ? text.get(at + 1) : 0;
      weights[i] = counts ? 1 : 0;
      weightSum += counts ? 1 : 0;
    }
    from += sequenceLength;
    predicted += weightSum;
    return true;
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
