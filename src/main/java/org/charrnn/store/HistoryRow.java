package org.charrnn.store;

/**
 * A row of a run's {@code history.csv}: a point of its learning curve. The lab writes one for each
 * step, with the loss alone; a char-rnn one for some steps. What a run does not write is null.
 *
 * @param step steps done; the lab counts those before the row's
 * @param epoch passes over the text that these steps make
 * @param meanLossNats mean training loss of a token since the row before, in nats
 * @param learningRate of the last step
 * @param gradientNorm the largest since the row before, before clipping
 * @param tokensPerSecond since the row before
 * @param validationNats mean loss of a token of the validation text, in nats; null too where the
 *     run did not validate
 */
public record HistoryRow(
    long step,
    Double epoch,
    double meanLossNats,
    Float learningRate,
    Double gradientNorm,
    Double tokensPerSecond,
    Double validationNats) {

  /** A row of the lab: the loss before a step, in nats. */
  public static HistoryRow ofLab(long step, float meanLossNats) {
    return new HistoryRow(step, null, meanLossNats, null, null, null, null);
  }

  /** Steps done at this row. */
  public long stepsDone() {
    return epoch == null ? step + 1 : step;
  }

  /** Passes over the text; each step of the lab is one. */
  public double epochs() {
    return epoch == null ? step : epoch;
  }
}
