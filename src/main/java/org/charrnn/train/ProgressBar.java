package org.charrnn.train;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal's standard error; nothing at all elsewhere. */
public final class ProgressBar implements AutoCloseable {
  private static final int STANDARD_ERROR = 2;
  private static final int WIDTH = 79;
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int MILLIS_BETWEEN_DRAWINGS = 100;
  private static final long NANOS_BETWEEN_MESSAGES = MILLIS_BETWEEN_DRAWINGS * 1_000_000L;

  private final PrintStream err;
  private final me.tongfei.progressbar.ProgressBar bar; // null without a terminal
  private long lastMessage = System.nanoTime() - NANOS_BETWEEN_MESSAGES;

  /** Creates a bar; an invisible one prints nothing. */
  ProgressBar(PrintStream err, boolean visible, String task, long from, long steps) {
    this.err = err;
    this.bar =
        visible
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .startsFrom(from, Duration.ZERO)
                .setUpdateIntervalMillis(MILLIS_BETWEEN_DRAWINGS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
                .build()
            : null;
  }

  /** Starts a bar on standard error, if that is a terminal. */
  public static ProgressBar start(String task, long steps) {
    return start(task, 0, steps);
  }

  /** Starts a bar for work of which some steps are already done. */
  public static ProgressBar start(String task, long from, long steps) {
    return new ProgressBar(System.err, isTerminal(STANDARD_ERROR), task, from, steps);
  }

  /**
   * Returns whether an output of this process is a terminal. Java reports only whether input and
   * output both are, so ask the shell's tool.
   *
   * @param descriptor 1 for standard output, 2 for standard error
   */
  public static boolean isTerminal(int descriptor) {
    try {
      return new ProcessBuilder("test", "-t", Integer.toString(descriptor))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such tool, so no such terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the bar is visible. */
  public boolean isVisible() {
    return bar != null;
  }

  /**
   * Advances the bar.
   *
   * @param done steps done
   * @param message printed after the bar; computed only when the bar is drawn
   */
  public void step(long done, Supplier<String> message) {
    if (bar == null) {
      return;
    }
    long now = System.nanoTime();
    if (now - lastMessage >= NANOS_BETWEEN_MESSAGES) {
      lastMessage = now;
      bar.setExtraMessage(message.get());
    }
    bar.stepTo(done);
  }

  /** Prints something after clearing the bar. */
  public synchronized void print(Runnable printing) {
    if (bar != null) {
      err.print(CLEAR_LINE);
      err.flush();
    }
    printing.run();
  }

  private synchronized void draw(String line) {
    err.print("\r" + line);
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      print(() -> {});
    }
  }
}
