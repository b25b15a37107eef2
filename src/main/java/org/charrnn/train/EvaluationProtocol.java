package org.charrnn.train;

import java.io.Serializable;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.SettingException;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;

/**
 * How much of a text the model has read when it predicts a token. The losses of different protocols
 * do not compare: a model that has read more predicts better.
 *
 * @param window tokens that are read from each zero state; 0 if the state is carried on
 */
public record EvaluationProtocol(int window) implements Serializable {
  /** Each token is predicted from all tokens before it in its stream. */
  public static final EvaluationProtocol CARRIED = new EvaluationProtocol(0);

  private static final int MAX_TIME_STEPS = Evaluation.LARGEST_SHAPE.sequenceLength();
  private static final int FEW = 8; // a short text has a batch with so many times fewer rows

  public EvaluationProtocol {
    if (window < 0) {
      throw new IllegalArgumentException("window must be at least 0, got " + window);
    }
  }

  /**
   * Reads windows, each from a zero state, as models with a limited context are measured.
   *
   * <p>The text is cut into windows of {@code n} tokens; the last one may be shorter. In each, the
   * token that follows each of its tokens is predicted, the last of which is the first token of the
   * next window. So every token but the first of the text is predicted once.
   *
   * @param n tokens of a window
   * @throws SettingException if it is less than 1
   */
  public static EvaluationProtocol windows(int n) {
    if (n < 1) {
      throw new SettingException("window", "must be at least 1, got " + n);
    }
    return new EvaluationProtocol(n);
  }

  /** Whether the text is read in windows, each from a zero state. */
  public boolean hasWindows() {
    return window > 0;
  }

  /**
   * Returns the size of the batches that suits a text. They do not grow with the text or the
   * window. There are few sizes, so that a session can evaluate many texts.
   */
  public BatchShape shape(TokenRanges text) {
    if (!hasWindows()) {
      return Evaluation.shape(text);
    }
    int parts = 1 + (window - 1) / MAX_TIME_STEPS;
    int length = 1 + (window - 1) / parts;
    int most = Evaluation.LARGEST_SHAPE.size() / length;
    int few = Math.max(1, most / FEW);
    return new BatchShape(windows(text) > few ? most : few, length);
  }

  private long windows(TokenRanges text) {
    return text.ranges().stream()
        .mapToLong(range -> (Math.max(0, range.size() - 1) + window - 1) / window)
        .sum();
  }

  /**
   * Returns the number of tokens that are predicted in a stream before the next one starts.
   *
   * @param streams the most that the range should be read in, if the state is carried on
   */
  long streamLength(TokenRange range, int streams) {
    if (hasWindows()) {
      return window;
    }
    long toPredict = range.size() - 1;
    long count = Math.min(streams, Math.max(1, toPredict / EvaluationWindows.MIN_STREAM_LENGTH));
    return (toPredict + count - 1) / count;
  }
}
