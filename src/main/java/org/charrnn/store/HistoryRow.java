package org.charrnn.store;

/**
 * A row of a run's {@code history.csv}: a point of its learning curve. The lab writes one row for
 * each step, with the step and the loss alone; other values are null. A training on streams of text
 * writes one row for each report.
 *
 * @param step steps done; in the lab, those before the row's step
 * @param epoch passes over the training text after these steps
 * @param meanLossNats mean training loss of a token since the previous row, in nats
 * @param learningRate of the last step
 * @param gradientNorm largest global norm of the gradients since the previous row, before clipping
 * @param tokensPerSecond training speed since the previous row
 * @param validationNats mean loss of a token of the validation text, in nats; null without a
 *     validation
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

  /** Returns the row with the result of a validation. */
  public HistoryRow withValidation(double nats) {
    return new HistoryRow(
        step, epoch, meanLossNats, learningRate, gradientNorm, tokensPerSecond, nats);
  }

  /** The number of steps done when the row was written, in all kinds of runs. */
  public long stepsDone() {
    return epoch == null ? step + 1 : step;
  }

  /** Passes over the training text; each step of the lab is one. */
  public double epochs() {
    return epoch == null ? step : epoch;
  }
}
