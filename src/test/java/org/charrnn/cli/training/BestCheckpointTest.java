package org.charrnn.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.charrnn.store.HistoryRow;
import org.junit.jupiter.api.Test;

class BestCheckpointTest {
  private static HistoryRow row(long step, double training, Double validation) {
    return new HistoryRow(step, 1.0, training, 0.002f, 1.0, 1.0, validation);
  }

  private static Optional<String> farBehind(HistoryRow... rows) {
    return BestCheckpoint.farBehind(List.of(rows), 100, "run/checkpoints");
  }

  @Test
  void bothCheckpointsAreReportedIfTheBestIsFarBehind() {
    assertThat(
            farBehind(
                row(50, 2.5, null),
                row(100, 2.25, 2.21),
                row(200, 1.5, 2.4),
                row(400, 1.25, 2.75),
                row(410, 1.2, null))) // stopped, without validation
        .hasValue(
            "the best checkpoint, step 100 (validation 2.2100 nats, training 2.2500), is far behind"
                + " the last, step 400 (validation 2.7500, training 1.2500); other commands use the"
                + " best unless they are given run/checkpoints/step-400");
  }

  @Test
  void otherwiseNothingIsReported() {
    assertThat(farBehind(row(100, 2.2, 2.1))).isEmpty();
    assertThat(farBehind(row(100, 2.2, 2.1), row(140, 1.5, 2.2))).isEmpty(); // not far
    assertThat(farBehind(row(100, 2.2, 2.1), row(400, 2.15, 2.2))).isEmpty(); // not better
    assertThat(farBehind(row(100, 2.2, null), row(400, 1.5, null))).isEmpty(); // no validation
    assertThat(farBehind()).isEmpty();
  }
}
