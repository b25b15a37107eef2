package org.charrnn.train;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Asks work to end early. SIGTERM, and whatever else shuts down the JVM, does so instead of killing
 * the work: the shutdown waits until the work has noticed the request, saved its results and closed
 * this object.
 */
public final class StopSignal implements AutoCloseable {
  private static final Set<StopSignal> OPEN = ConcurrentHashMap.newKeySet();

  private final CountDownLatch workDone = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stopAndWait, "stop-signal");
  private volatile boolean requested;

  public StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
    OPEN.add(this);
  }

  /** Waits until all work that can be stopped has ended, so that what it needs stays available. */
  public static void awaitWork() {
    OPEN.forEach(StopSignal::await);
  }

  /** Asks the work to end. */
  public void request() {
    requested = true;
  }

  /** Runs at shutdown. */
  void stopAndWait() {
    request();
    await();
  }

  private void await() {
    try {
      workDone.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the JVM exits without waiting
    }
  }

  /** Whether the work was asked to end. */
  public boolean requested() {
    return requested;
  }

  /** Ends the work; a waiting shutdown continues. */
  @Override
  public void close() {
    OPEN.remove(this);
    workDone.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shutdownHasBegun) {
      return; // the hook is already running and will not wait
    }
  }
}
