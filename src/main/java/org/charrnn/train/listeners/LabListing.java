package org.charrnn.train.listeners;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.LabTrainer;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.Report;
import org.charrnn.train.TrainingListener;

/**
 * Prints the listing of the lab: its windows, the predictions while it trains, and at the end the
 * sentence, read back from the predictions.
 */
public final class LabListing implements TrainingListener {
  private static final int STEPS_PER_LINE = 10;

  /** How much is printed; the sentence always is. */
  public enum Mode {
    /** Every window at every step, as in the course. */
    ALL,
    /** Every window at the first and the last step, the first window at every tenth step. */
    SUMMARY,
    /** Only the sentence. */
    NONE;

    /** Whether the predictions of a step are printed. */
    public boolean needsPredictions(long step, long steps) {
      return switch (this) {
        case ALL -> true;
        case SUMMARY -> step % STEPS_PER_LINE == 0 || step == steps - 1;
        case NONE -> false;
      };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final PrintWriter out;
  private final Mode mode;
  private final Vocabulary vocabulary;
  private final Windows windows;
  private final long steps;
  private final LabTrainer trainer;
  private final ProgressBar bar;

  /**
   * @param steps of the whole training
   * @param trainer returns predictions of the steps that the mode needs
   * @param bar not closed by the listener
   */
  public LabListing(
      PrintWriter out,
      Mode mode,
      Vocabulary vocabulary,
      Windows windows,
      long steps,
      LabTrainer trainer,
      ProgressBar bar) {
    this.out = out;
    this.mode = mode;
    this.vocabulary = vocabulary;
    this.windows = windows;
    this.steps = steps;
    this.trainer = trainer;
    this.bar = bar;
  }

  /** Prints {@code window input -> target} for every window of a new training. */
  @Override
  public void onStart(TrainingProgress progress) {
    if (mode != Mode.NONE && progress.equals(TrainingProgress.START)) {
      bar.print(this::printWindows);
    }
  }

  private void printWindows() {
    for (int i = 0; i < windows.count(); i++) {
      out.println(
          i + " " + onOneLine(windows.inputs()[i]) + " -> " + onOneLine(windows.targets()[i]));
    }
    out.flush();
  }

  /** Prints {@code step window prediction loss} for every window, or for the first. */
  @Override
  public void onReport(Report report) {
    double loss = report.row().meanLossNats();
    if (mode.needsPredictions(report.row().step(), steps)) {
      bar.print(() -> printStep(report.row().step(), loss));
    }
    bar.step(report.step(), () -> String.format(Locale.ROOT, " loss %.4f nats", loss));
  }

  private void printStep(long step, double loss) {
    boolean everyWindow = mode == Mode.ALL || step == 0 || step == steps - 1;
    int[][] predictions = trainer.predictions();
    for (int i = 0; i < (everyWindow ? predictions.length : 1); i++) {
      out.println(
          String.format(Locale.ROOT, "%d %d %s %.7f", step, i, onOneLine(predictions[i]), loss));
    }
    out.flush();
  }

  /** Prints the whole prediction of the first window, then the last character of each other. */
  @Override
  public void onEnd() {
    bar.print(() -> printSentence(trainer.predict()));
  }

  private void printSentence(int[][] predictions) {
    StringBuilder sentence = new StringBuilder(vocabulary.decode(predictions[0]));
    for (int i = 1; i < predictions.length; i++) {
      int[] window = predictions[i];
      sentence.append(vocabulary.token(window[window.length - 1]));
    }
    out.println(sentence);
    out.flush();
  }

  /** A line end in a window would break the lines of the listing. */
  private String onOneLine(int[] ids) {
    return vocabulary.decode(ids).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }
}
