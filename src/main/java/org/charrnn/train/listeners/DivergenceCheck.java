package org.charrnn.train.listeners;

import org.charrnn.train.DivergedException;
import org.charrnn.train.Report;
import org.charrnn.train.TrainingListener;

/** Ends a training whose loss is so far above that of random guesses that it will not recover. */
public final class DivergenceCheck implements TrainingListener {
  private static final int MAX_LOSS_OVER_GUESSING = 100;

  private final double maxLossNats;

  /**
   * @param classes tokens in the vocabulary; random guesses have a loss of {@code ln(classes)}
   */
  public DivergenceCheck(int classes) {
    maxLossNats = MAX_LOSS_OVER_GUESSING * Math.log(classes);
  }

  @Override
  public void onReport(Report report) throws DivergedException {
    double nats = report.row().meanLossNats();
    if (nats > maxLossNats) {
      throw new DivergedException("loss", report.step() - 1, (float) nats);
    }
  }
}
