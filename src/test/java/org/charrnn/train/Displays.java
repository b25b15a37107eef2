package org.charrnn.train;

import java.io.PrintStream;
import org.charrnn.model.training.StepStatistics;

/** Creates what listeners show, for tests of other packages. */
public final class Displays {
  private Displays() {}

  /** Returns a progress bar as on a terminal, which prints to a stream. */
  public static ProgressBar terminal(PrintStream err, long steps) {
    return new ProgressBar(err, true, "", 0, steps);
  }

  /** Returns a progress bar that prints nothing, as without a terminal. */
  public static ProgressBar invisible() {
    return new ProgressBar(System.err, false, "", 0, 0);
  }

  /** Returns an interval of one step that took at least 20 ms. */
  public static ReportInterval slowStep(double lossNats, int tokens) throws InterruptedException {
    ReportInterval interval = new ReportInterval(() -> new StepStatistics(lossNats, 1), tokens);
    Thread.sleep(20);
    interval.addSteps(1);
    return interval;
  }
}
