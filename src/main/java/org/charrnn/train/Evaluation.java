package org.charrnn.train;

import java.io.Serializable;
import java.util.function.LongConsumer;
import org.charrnn.InputException;
import org.charrnn.model.CarriedState;
import org.charrnn.model.loss.WindowEvaluator;
import org.charrnn.settings.BatchShape;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;

/**
 * How well a model predicts a text: every token but the first is predicted once. In a text of
 * several ranges, this applies to each of them.
 *
 * <p>Unless the {@link EvaluationProtocol} says otherwise, a token is predicted from all tokens
 * before it. A long text is split into streams that are read in parallel, each from a zero state:
 * as many as the model's batch has rows, but none shorter than {@value
 * EvaluationWindows#MIN_STREAM_LENGTH} tokens.
 *
 * @param meanLossNats mean cross entropy of a token, in nats
 * @param tokens number of predicted tokens
 */
public record Evaluation(double meanLossNats, long tokens) implements Serializable {
  private static final int MAX_ROWS = 32;
  private static final long TOKENS_PER_ROW = 10_000;
  private static final int SEQUENCE_LENGTH = 100;

  /** The size of the batches that suits a long text. */
  public static final BatchShape LARGEST_SHAPE = new BatchShape(MAX_ROWS, SEQUENCE_LENGTH);

  /** Returns the size of the batches that suits a text whose state is carried on. */
  static BatchShape shape(TokenRanges text) {
    long rows = Math.min(MAX_ROWS, Math.max(1, text.size() / TOKENS_PER_ROW));
    return new BatchShape((int) rows, SEQUENCE_LENGTH);
  }

  /**
   * Evaluates a text without cuts.
   *
   * @param progress receives the number of tokens predicted so far
   * @throws InputException if the text has fewer than two tokens
   */
  public static Evaluation of(WindowEvaluator model, TokenRange text, LongConsumer progress) {
    return of(model, TokenRanges.of(text), progress);
  }

  /**
   * Evaluates a text, with the state carried on.
   *
   * @param progress receives the number of tokens predicted so far
   * @throws InputException if no range of the text has two tokens
   */
  public static Evaluation of(WindowEvaluator model, TokenRanges text, LongConsumer progress) {
    return of(model, text, EvaluationProtocol.CARRIED, progress);
  }

  /**
   * Evaluates a text.
   *
   * @param progress receives the number of tokens predicted so far
   * @throws InputException if no range of the text has two tokens
   */
  public static Evaluation of(
      WindowEvaluator model, TokenRanges text, EvaluationProtocol protocol, LongConsumer progress) {
    EvaluationWindows windows = new EvaluationWindows(text, model.shape(), protocol);
    double sum = 0;
    CarriedState state = model.zeroState();
    try {
      while (windows.next()) {
        if (windows.startsStreams()) {
          state.close();
          state = model.zeroState();
        }
        WindowEvaluator.WindowLoss window =
            model.evaluate(windows.x(), windows.y(), windows.weights(), state);
        state.close();
        state = window.state();
        sum += (double) window.meanLossNats() * windows.weightSum();
        progress.accept(windows.predicted());
      }
    } finally {
      state.close();
    }
    return new Evaluation(sum / windows.predicted(), windows.predicted());
  }

  /**
   * Checks that there is a token to predict.
   *
   * @throws InputException if the text has fewer than two tokens
   */
  public static void require(TokenRange text) {
    require(TokenRanges.of(text));
  }

  /**
   * Checks that there is a token to predict.
   *
   * @throws InputException if no range of the text has two tokens
   */
  public static void require(TokenRanges text) {
    if (text.predictable() == 0) {
      throw new InputException(
          "%s has %d token%s; evaluation needs at least 2"
              .formatted(text.name(), text.size(), text.size() == 1 ? "" : "s"));
    }
  }

  /** The mean loss of a token in bits. */
  public double bits() {
    return meanLossNats / Math.log(2);
  }

  /** The perplexity: exp of the mean loss in nats. */
  public double perplexity() {
    return Math.exp(meanLossNats);
  }
}
