package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.train.DivergedException;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;

class DivergenceCheckTest {
  /** A random guess among 7 tokens costs ln 7. */
  private static final double LIMIT = 100 * Math.log(7);

  private static Report report(double lossNats) {
    HistoryRow row = new HistoryRow(50, 0.5, lossNats, 0.002f, 1.0, 50_000.0, null);
    return new Report(50, row, false, TrainingProgress.START);
  }

  @Test
  void lossOfAHundredRandomGuessesIsAccepted() throws DivergedException {
    new DivergenceCheck(7).onReport(report(LIMIT));
  }

  @Test
  void largerLossEndsTrainingAndNamesTheLastStep() {
    assertThatThrownBy(() -> new DivergenceCheck(7).onReport(report(Math.nextUp(LIMIT))))
        .isInstanceOf(DivergedException.class)
        .hasMessage("the loss at step 49 is %s; try a smaller learning rate", (float) LIMIT);
  }
}
