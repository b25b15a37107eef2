package org.charrnn.train;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal's standard error; nothing at all elsewhere. */
public final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 79;
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final int MILLIS_BETWEEN_DRAWINGS = 100;
  private static final long NANOS_BETWEEN_MESSAGES = MILLIS_BETWEEN_DRAWINGS * 1_000_000L;

  private static final Set<ProgressBar> SHOWN = ConcurrentHashMap.newKeySet();

  private final PrintStream err;
  private final me.tongfei.progressbar.ProgressBar bar; // null without a terminal
  private boolean isHidden;
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
    if (visible) {
      SHOWN.add(this);
    }
  }

  /** Starts a bar on standard error, if that is a terminal. */
  public static ProgressBar start(String task, long steps) {
    return start(task, 0, steps);
  }

  /** Starts a bar for work of which some steps are already done. */
  public static ProgressBar start(String task, long from, long steps) {
    return new ProgressBar(System.err, Terminal.isTerminal(Terminal.ERR), task, from, steps);
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

  /** Prints something after clearing the bar, if one is visible; can be called by any thread. */
  public static void printBeside(Runnable printing) {
    SHOWN.stream().findFirst().ifPresentOrElse(bar -> bar.print(printing), printing);
  }

  /** Prints the last lines before the process ends: no bar is drawn after them. */
  public static void printLast(Runnable printing) {
    SHOWN.forEach(ProgressBar::hide);
    printing.run();
  }

  private synchronized void hide() {
    print(() -> {});
    isHidden = true;
  }

  private synchronized void draw(String line) {
    if (!isHidden) {
      err.print("\r" + line);
      err.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      SHOWN.remove(this);
      bar.close();
      print(() -> {});
    }
  }
}
