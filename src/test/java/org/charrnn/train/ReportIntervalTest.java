package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.charrnn.model.training.StepStatistics;
import org.junit.jupiter.api.Test;

class ReportIntervalTest {
  @Test
  void meanLossIsSumOverSteps() {
    ReportInterval interval = new ReportInterval(() -> new StepStatistics(6, 3), 10);
    interval.addSteps(1);
    assertThat(interval.meanLossNats()).isEqualTo(6);
    interval.addSteps(3);
    assertThat(interval.meanLossNats()).isEqualTo(1.5);
    assertThat(interval.steps()).isEqualTo(4);
    assertThat(interval.statistics()).isEqualTo(new StepStatistics(6, 3));
  }

  /** Such as for validation and saving. */
  @Test
  void timeAfterTheLastStepDoesNotCount() throws InterruptedException {
    ReportInterval interval = Displays.slowStep(1, 1000);
    double speed = interval.tokensPerSecond();
    Thread.sleep(20);
    assertThat(interval.tokensPerSecond()).isEqualTo(speed).isPositive();
  }
}
