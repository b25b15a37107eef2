package org.charrnn.train;

import java.io.Serializable;
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
 * the model's batch has rows, unless they had less than {@value EvaluationWindows#LEAST_STREAM}
 * tokens each.
 *
 * @param meanLossNats mean cross entropy of a token, in nats
 * @param tokens how many were predicted
 */
public record Evaluation(double meanLossNats, long tokens) implements Serializable {
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
    EvaluationWindows windows = new EvaluationWindows(text, model.shape());
    double sum = 0;
    CarriedState state = model.zeroState();
    try {
      while (windows.next()) {
        ReadingModel.Window window = model.read(windows.x(), windows.y(), windows.weights(), state);
        state.close();
        state = window.state();
        sum += (double) window.meanLossNats() * windows.counted();
        progress.accept(windows.predicted());
      }
    } finally {
      state.close();
    }
    return new Evaluation(sum / windows.predicted(), windows.predicted());
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
