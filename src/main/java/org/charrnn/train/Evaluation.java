package org.charrnn.train;

import java.util.function.LongConsumer;
import org.charrnn.InputException;
import org.charrnn.model.BatchShape;
import org.charrnn.model.CarriedState;
import org.charrnn.model.ReadingModel;
import org.charrnn.text.TokenRange;

/**
 * How well a model knows a text: every token but the first is predicted once, from all before it.
 *
 * <p>A long text is cut into streams that are read side by side, each from a zero state: as many as
 * the model's batch has rows, unless they had less than {@value #LEAST_STREAM} tokens each.
 *
 * @param meanLossNats mean cross entropy of a token, in nats
 * @param tokens how many were predicted
 */
public record Evaluation(double meanLossNats, long tokens) {
  private static final long LEAST_STREAM = 1_000;

  private static final int MAX_ROWS = 32;
  private static final long TOKENS_PER_ROW = 10_000;
  private static final int SEQUENCE_LENGTH = 100;

  /** The size of the batches in which a text is best read. */
  public static BatchShape shape(TokenRange text) {
    long rows = Math.min(MAX_ROWS, Math.max(1, text.size() / TOKENS_PER_ROW));
    return new BatchShape((int) rows, SEQUENCE_LENGTH);
  }

  /**
   * Reads a text.
   *
   * @param progress is told how many tokens have been predicted
   * @throws InputException if the text has fewer than two tokens
   */
  public static Evaluation of(ReadingModel model, TokenRange text, LongConsumer progress) {
    require(text);
    int rows = model.shape().batchSize();
    int length = model.shape().sequenceLength();
    long predicted = text.size() - 1;
    long streams = Math.min(rows, Math.max(1, predicted / LEAST_STREAM));
    long streamLength = (predicted + streams - 1) / streams;
    int[] x = new int[rows * length];
    int[] y = new int[x.length];
    float[] weights = new float[x.length];
    double sum = 0;
    long done = 0;
    CarriedState state = model.zeroState();
    try {
      for (long from = 0; from < streamLength; from += length) {
        int counted = 0;
        for (int i = 0; i < x.length; i++) {
          long stream = i / length;
          long inStream = from + i % length;
          long at = stream * streamLength + inStream;
          boolean counts = stream < streams && inStream < streamLength && at < predicted;
          x[i] = counts ? text.get(at) : 0;
          y[i] = counts ? text.get(at + 1) : 0;
          weights[i] = counts ? 1 : 0;
          counted += counts ? 1 : 0;
        }
        ReadingModel.Window window = model.read(x, y, weights, state);
        state.close();
        state = window.state();
        sum += (double) window.meanLossNats() * counted;
        done += counted;
        progress.accept(done);
      }
    } finally {
      state.close();
    }
    return new Evaluation(sum / predicted, predicted);
  }

  /**
   * Makes sure that there is something to predict.
   *
   * @throws InputException if the text has fewer than two tokens
   */
  public static void require(TokenRange text) {
    if (text.size() < 2) {
      throw new InputException(
          "%s has %d token%s; it takes two to predict one"
              .formatted(text.name(), text.size(), text.size() == 1 ? "" : "s"));
    }
  }

  /** Mean loss of a token in bits. */
  public double bits() {
    return meanLossNats / Math.log(2);
  }

  /** How many equally likely tokens would be as hard to tell. */
  public double perplexity() {
    return Math.exp(meanLossNats);
  }
}
