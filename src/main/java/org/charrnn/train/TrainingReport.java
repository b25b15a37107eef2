package org.charrnn.train;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.store.HistoryRow;
import org.charrnn.text.Level;

/** Tells a person how a training goes: a bar on a terminal, else a line now and then. */
public final class TrainingReport {
  private static final String RULE = "----"; // around a text, as min-char-rnn draws it

  private final PrintWriter err;
  private final Progress progress;
  private final Level level;
  private final long steps;

  /**
   * @param err where the lines go
   * @param steps of the whole training
   */
  public TrainingReport(PrintWriter err, Progress progress, Level level, long steps) {
    this.err = err;
    this.progress = progress;
    this.level = level;
    this.steps = steps;
  }

  void step(long step, CharRnnTraining.Window window) {
    progress.step(
        step,
        () ->
            String.format(
                Locale.ROOT,
                "%s %.0f %s/s",
                shortLoss(window.meanLossNats()),
                window.tokensPerSecond(),
                level));
  }

  /** Shows how far a validation is. */
  void validating(long step, long read, long tokens) {
    progress.step(step, () -> "validating %d%%".formatted(100 * read / tokens));
  }

  void sample(String text) {
    progress.print(
        () -> {
          err.println(RULE);
          err.println(text);
          err.println(RULE);
          err.flush();
        });
  }

  /**
   * Prints a row of the history.
   *
   * @param saved whether there is a checkpoint of it; of the others a bar tells the same
   */
  void line(HistoryRow row, boolean saved) {
    if (progress.isVisible() && !saved) {
      return;
    }
    String validation =
        row.validationNats() == null ? "" : ", validation " + loss(row.validationNats());
    progress.print(
        () -> {
          err.println(
              String.format(
                  Locale.ROOT,
                  "step %d/%d, epoch %.2f: %s, %.0f %ss/s%s",
                  row.step(),
                  steps,
                  row.epoch(),
                  loss(row.meanLossNats()),
                  row.tokensPerSecond(),
                  level.noun(),
                  validation));
          err.flush();
        });
  }

  /** A bar leaves little room. */
  private String shortLoss(double nats) {
    return level == Level.CHARACTER
        ? String.format(Locale.ROOT, "%.3f nats %.3f bits", nats, nats / Math.log(2))
        : String.format(Locale.ROOT, "%.3f nats ppl %.1f", nats, Math.exp(nats));
  }

  /** Characters are told in bits, words as the perplexity, as the field does. */
  private String loss(double nats) {
    return level == Level.CHARACTER
        ? String.format(
            Locale.ROOT, "%.4f nats (%.3f bits per character)", nats, nats / Math.log(2))
        : String.format(Locale.ROOT, "%.4f nats (perplexity %.1f)", nats, Math.exp(nats));
  }
}
