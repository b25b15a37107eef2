package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS) // a shutdown that nobody lets go on hangs
class StopSignalTest {
  @Test
  void nothingIsRequestedUntilTheShutdownBegins() {
    try (StopSignal stop = new StopSignal()) {
      assertThat(stop.requested()).isFalse();
    }
  }

  @Test
  void shutdownAsksForTheEndAndWaitsUntilTheWorkIsDone() throws InterruptedException {
    StopSignal stop = new StopSignal();
    Thread shutdown = new Thread(stop::stopAndWait);
    shutdown.start();
    while (!stop.requested()) {
      Thread.onSpinWait();
    }
    shutdown.join(100); // ends this wait early if it does not wait for the work
    assertThat(shutdown.isAlive()).isTrue();
    stop.close();
    shutdown.join();
  }

  @Test
  void shutdownAfterTheWorkDoesNotWait() {
    StopSignal stop = new StopSignal();
    stop.close();
    stop.stopAndWait();
    assertThat(stop.requested()).isTrue();
  }
}
