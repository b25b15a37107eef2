package org.charrnn.train.listeners;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Level;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.Report;
import org.charrnn.train.ReportInterval;
import org.charrnn.train.TrainingListener;

/** Shows the progress of a training: a bar on a terminal, else a line for each report. */
public final class ConsoleReport implements TrainingListener {
  private static final String RULE = "----"; // around samples, as in min-char-rnn

  private final PrintWriter err;
  private final ProgressBar bar;
  private final Level level;
  private final long steps;

  /**
   * @param err receives the lines
   * @param bar not closed by the listener
   * @param level of the tokens, which decides the units of losses
   * @param steps of the whole training
   */
  public ConsoleReport(PrintWriter err, ProgressBar bar, Level level, long steps) {
    this.err = err;
    this.bar = bar;
    this.level = level;
    this.steps = steps;
  }

  @Override
  public void onLateValidation(TrainingProgress progress, double nats) {
    print("step %d/%d: validation %s".formatted(progress.step(), steps, loss(nats)));
  }

  @Override
  public void onStep(long step, ReportInterval interval) {
    bar.step(
        step,
        () ->
            String.format(
                Locale.ROOT,
                "%s %.0f %s/s",
                shortLoss(interval.meanLossNats()),
                interval.tokensPerSecond(),
                level));
  }

  @Override
  public void onValidation(long step, long read, long tokens) {
    bar.step(step, () -> "validating %d%%".formatted(100 * read / tokens));
  }

  /** A visible bar shows the other reports. */
  @Override
  public void onReport(Report report) {
    if (!bar.isVisible() || report.isSaved()) {
      print(line(report.row()));
    }
  }

  /** Prints a sampled text. */
  public void sample(long step, String text) {
    print(RULE, text, RULE);
  }

  private void print(String... lines) {
    bar.print(
        () -> {
          for (String line : lines) {
            err.println(line);
          }
          err.flush();
        });
  }

  private String line(HistoryRow row) {
    String validation =
        row.validationNats() == null ? "" : ", validation " + loss(row.validationNats());
    return String.format(
        Locale.ROOT,
        "step %d/%d, epoch %.2f: %s, %.0f %ss/s%s",
        row.step(),
        steps,
        row.epoch(),
        loss(row.meanLossNats()),
        row.tokensPerSecond(),
        level.noun(),
        validation);
  }

  /** A bar has little room. */
  private String shortLoss(double nats) {
    return level == Level.CHARACTER
        ? String.format(Locale.ROOT, "%.3f nats %.3f bits", nats, nats / Math.log(2))
        : String.format(Locale.ROOT, "%.3f nats ppl %.1f", nats, Math.exp(nats));
  }

  /** Character models have bits per character, word models a perplexity, as is usual. */
  private String loss(double nats) {
    return level == Level.CHARACTER
        ? String.format(
            Locale.ROOT, "%.4f nats (%.3f bits per character)", nats, nats / Math.log(2))
        : String.format(Locale.ROOT, "%.4f nats (perplexity %.1f)", nats, Math.exp(nats));
  }
}
