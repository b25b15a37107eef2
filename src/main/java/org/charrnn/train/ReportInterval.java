package org.charrnn.train;

import java.util.function.Supplier;
import org.charrnn.model.training.StepStatistics;

/** The steps since the last report. Its time does not include validation and saving. */
public final class ReportInterval {
  private final Supplier<StepStatistics> statistics;
  private final int tokensPerStep;
  private final long start = System.nanoTime();
  private long end = start; // of the last step
  private long steps;

  /**
   * Starts without a step.
   *
   * @param statistics of the steps of the interval, computed when asked for
   */
  ReportInterval(Supplier<StepStatistics> statistics, int tokensPerStep) {
    this.statistics = statistics;
    this.tokensPerStep = tokensPerStep;
  }

  void addSteps(long count) {
    end = System.nanoTime();
    steps += count;
  }

  /** Returns the mean loss of a token, in nats. */
  public double meanLossNats() {
    return statistics.get().lossSumNats() / steps;
  }

  /** Returns the training speed. */
  public double tokensPerSecond() {
    return (double) tokensPerStep * steps / ((end - start) / 1e9);
  }

  StepStatistics statistics() {
    return statistics.get();
  }

  long steps() {
    return steps;
  }
}
