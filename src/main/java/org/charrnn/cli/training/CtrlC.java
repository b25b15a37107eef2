package org.charrnn.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.charrnn.InputException;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunLock;
import org.charrnn.train.Interrupts;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StopSignal;

/**
 * What Ctrl-C does while a training runs. Before the training has begun, there is nothing to save,
 * so it ends the process. Then the first Ctrl-C stops the training, which is saved; the second ends
 * the process at once, whatever it does. Each prints a line immediately.
 */
public final class CtrlC implements AutoCloseable {
  /** The exit code of a process that Ctrl-C ended: 128 + SIGINT. */
  public static final int EXIT_CODE = 130;

  private static final String NOTHING_TRAINED = "stopped; nothing was trained";

  /** In case nobody reads standard error or the disk does not answer. */
  private static final long MAX_MILLIS_OF_LAST_LINE = 500;

  private final PrintWriter err;
  private final Runnable action = this::press;
  private final Thread hook = new Thread(this::shutDown, "ctrl-c");
  private final AtomicInteger presses = new AtomicInteger();
  private volatile RunCheckpoints checkpoints; // null until there is a place for them
  private RunLock lock; // null until it is held
  private StopSignal stop; // null until the training begins
  private boolean isShutDown; // before the training began

  /**
   * @param err receives the lines
   */
  CtrlC(PrintWriter err) {
    this.err = err;
    Interrupts.add(action);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Acquires the lock of a run's directory, which the caller closes. If the process ends before the
   * training begins, a new directory is deleted again.
   */
  synchronized RunLock lock(Path run) throws IOException {
    waitForEnd();
    lock = RunLock.acquire(run);
    return lock;
  }

  /** Begins the training, unless the process is ending: then this never returns. */
  synchronized StopSignal begin() {
    waitForEnd();
    try {
      stop = new StopSignal();
    } catch (IllegalStateException shutdownHasBegun) {
      isShutDown = true;
      waitForEnd();
    }
    return stop;
  }

  /** Sets where the training is saved. */
  void savesTo(RunCheckpoints newCheckpoints) {
    checkpoints = newCheckpoints;
  }

  /** Whether Ctrl-C was pressed. */
  boolean isPressed() {
    return presses.get() > 0;
  }

  /** Called by the JVM in a thread of its own. */
  private void press() {
    if (presses.incrementAndGet() > 1) {
      endNow();
    }
    StopSignal working;
    synchronized (this) {
      working = stop;
      isShutDown = working == null;
    }
    if (working == null) {
      ProgressBar.printLast(() -> print(NOTHING_TRAINED));
      System.exit(EXIT_CODE);
    }
    working.request();
    ProgressBar.printBeside(
        () -> print("stopping after this step and saving; press again to stop now"));
  }

  /** Ends the process without waiting for anything, not even for what it is writing. */
  private void endNow() {
    Thread printing =
        new Thread(() -> ProgressBar.printLast(() -> print(lastCheckpoint())), "last-line");
    printing.setDaemon(true);
    printing.start();
    try {
      printing.join(MAX_MILLIS_OF_LAST_LINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  private String lastCheckpoint() {
    try {
      return checkpoints == null
          ? NOTHING_TRAINED
          : "stopped; the last checkpoint is " + checkpoints.latest();
    } catch (InputException e) {
      return "stopped; there is no checkpoint yet";
    }
  }

  private void print(String line) {
    err.println("charrnn: " + line);
    err.flush();
  }

  /** Runs when the JVM is shut down, also by SIGTERM; waits for nothing. */
  private synchronized void shutDown() {
    if (stop == null) {
      isShutDown = true;
      try {
        if (lock != null) {
          lock.close();
        }
      } catch (IOException e) {
        return; // a new directory stays, with nothing in it
      }
    }
  }

  private synchronized void waitForEnd() {
    try {
      while (isShutDown) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    waitForEnd();
    Interrupts.remove(action);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shutdownHasBegun) {
      return; // the hook has nothing more to do
    }
  }
}
