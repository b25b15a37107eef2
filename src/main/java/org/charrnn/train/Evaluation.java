package org.charrnn.train;

import org.charrnn.model.BatchShape;
import org.charrnn.model.CarriedState;
import org.charrnn.model.EvaluationModel;
import org.charrnn.text.TokenIds;

/**
 * How well a model knows a text: every token but the first is predicted once, from all before it.
 *
 * <p>A long text is cut into up to {@value #MAX_STREAMS} streams that are read side by side, each
 * from a zero state.
 *
 * @param meanLossNats mean cross entropy of a token, in nats
 * @param tokens how many were predicted
 */
public record Evaluation(double meanLossNats, long tokens) {
  private static final int MAX_STREAMS = 32;
  private static final long TOKENS_PER_STREAM = 10_000;
  private static final int SEQUENCE_LENGTH = 100;

  /** The size of the batches in which a text is read. */
  public static BatchShape shape(TokenIds text) {
    long streams = Math.min(MAX_STREAMS, Math.max(1, text.size() / TOKENS_PER_STREAM));
    return new BatchShape((int) streams, SEQUENCE_LENGTH);
  }

  /** Reads a text of at least two tokens with a model of the text's {@link #shape}. */
  public static Evaluation of(EvaluationModel model, TokenIds text) {
    int streams = shape(text).batchSize();
    long predicted = text.size() - 1;
    long streamLength = (predicted + streams - 1) / streams;
    int[] x = new int[streams * SEQUENCE_LENGTH];
    int[] y = new int[x.length];
    float[] weights = new float[x.length];
    double sum = 0;
    CarriedState state = model.zeroState();
    try {
      for (long from = 0; from < streamLength; from += SEQUENCE_LENGTH) {
        int counted = 0;
        for (int i = 0; i < x.length; i++) {
          long inStream = from + i % SEQUENCE_LENGTH;
          long at = i / SEQUENCE_LENGTH * streamLength + inStream;
          boolean counts = inStream < streamLength && at < predicted;
          x[i] = counts ? text.get(at) : 0;
          y[i] = counts ? text.get(at + 1) : 0;
          weights[i] = counts ? 1 : 0;
          counted += counts ? 1 : 0;
        }
        EvaluationModel.Window window = model.read(x, y, weights, state);
        state.close();
        state = window.state();
        sum += (double) window.meanLossNats() * counted;
      }
    } finally {
      state.close();
    }
    return new Evaluation(sum / predicted, predicted);
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
