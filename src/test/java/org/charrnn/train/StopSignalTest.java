package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS) // a shutdown that waits forever would hang
class StopSignalTest {
  @Test
  void stopIsRequestedOnlyByShutdown() {
    try (StopSignal stop = new StopSignal()) {
      assertThat(stop.requested()).isFalse();
    }
  }

  @Test
  void shutdownRequestsStopAndWaitsForWork() throws InterruptedException {
    StopSignal stop = new StopSignal();
    Thread shutdown = new Thread(stop::stopAndWait);
    shutdown.start();
    while (!stop.requested()) {
      Thread.onSpinWait();
    }
    shutdown.join(100); // returns early if the shutdown does not wait
    assertThat(shutdown.isAlive()).isTrue();
    stop.close();
    shutdown.join();
  }

  @Test
  void shutdownAfterWorkDoesNotWait() {
    StopSignal stop = new StopSignal();
    stop.close();
    stop.stopAndWait();
    assertThat(stop.requested()).isTrue();
  }
}
