package org.charrnn.train;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Lets Ctrl-C (or SIGTERM) end a piece of work early instead of killing it: the JVM's shutdown
 * waits until the work has seen the request, saved what it has, and closed this object.
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

  /** Waits until all work is done that can be asked to end, for what it needs until then. */
  public static void awaitWork() {
    OPEN.forEach(StopSignal::await);
  }

  /** What the shutdown does. */
  void stopAndWait() {
    requested = true;
    await();
  }

  private void await() {
    try {
      workDone.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the JVM goes down without waiting
    }
  }

  /** True once somebody wants the work to end. */
  public boolean requested() {
    return requested;
  }

  /** Says that the work is done; a shutdown that waits goes on. */
  @Override
  public void close() {
    OPEN.remove(this);
    workDone.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException shutdownHasBegun) {
        return; // the hook is running already and will not wait
      }
    }
  }
}
