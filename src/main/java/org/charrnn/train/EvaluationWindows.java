package org.charrnn.train;

import org.charrnn.model.BatchShape;
import org.charrnn.text.TokenRange;

/** The windows in which a text is read, all of its tokens once: an iterator over batches. */
final class EvaluationWindows {
  static final long LEAST_STREAM = 1_000;

  private final TokenRange text;
  private final int sequenceLength;
  private final long toPredict;
  private final long streams;
  private final long streamLength;
  private final int[] x;
  private final int[] y;
  private final float[] weights;

  private long from; // in each stream, of the next window
  private int counted;
  private long predicted;

  /**
   * Starts before the first.
   *
   * @param shape of a window
   */
  EvaluationWindows(TokenRange text, BatchShape shape) {
    Evaluation.require(text);
    this.text = text;
    sequenceLength = shape.sequenceLength();
    toPredict = text.size() - 1;
    streams = Math.min(shape.batchSize(), Math.max(1, toPredict / LEAST_STREAM));
    streamLength = (toPredict + streams - 1) / streams;
    x = new int[shape.batchSize() * sequenceLength];
    y = new int[x.length];
    weights = new float[x.length];
  }

  /** Goes to the next window; false if there is none. */
  boolean next() {
    if (from >= streamLength) {
      return false;
    }
    counted = 0;
    for (int i = 0; i < x.length; i++) {
      long stream = i / sequenceLength;
      long inStream = from + i % sequenceLength;
      long at = stream * streamLength + inStream;
      boolean counts = stream < streams && inStream < streamLength && at < toPredict;
      x[i] = counts ? text.get(at) : 0;
      y[i] = counts ? text.get(at + 1) : 0;
      weights[i] = counts ? 1 : 0;
      counted += counts ? 1 : 0;
    }
    from += sequenceLength;
    predicted += counted;
    return true;
  }

  /** Ids, row after row; another window takes their place. */
  int[] x() {
    return x;
  }

  /** The id that follows each. */
  int[] y() {
    return y;
  }

  /** 1 for each that counts, else 0. */
  float[] weights() {
    return weights;
  }

  /** How many of the window's count. */
  int counted() {
    return counted;
  }

  /** How many have counted so far. */
  long predicted() {
    return predicted;
  }
}
