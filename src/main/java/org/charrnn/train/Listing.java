package org.charrnn.train;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.model.LabModel;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;

/** What the lab prints: its windows, its guesses while it learns, and the sentence read back. */
public final class Listing {
  private static final int STEPS_BETWEEN_LINES = 10;

  /** How much of it is printed; the sentence always is. */
  public enum Mode {
    /** Every window at every step, as the lab does. */
    ALL,
    /** Every window at the first and the last step, the first window at every tenth between. */
    SUMMARY,
    /** Only the sentence. */
    NONE;

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final PrintWriter out;
  private final Mode mode;
  private final Vocabulary vocabulary;
  private final int steps;

  public Listing(PrintWriter out, Mode mode, Vocabulary vocabulary, int steps) {
    this.out = out;
    this.mode = mode;
    this.vocabulary = vocabulary;
    this.steps = steps;
  }

  /** Prints {@code window input -> target} for every window. */
  void printWindows(Windows windows) {
    if (mode != Mode.NONE) {
      for (int i = 0; i < windows.count(); i++) {
        out.println(
            i + " " + onOneLine(windows.inputs()[i]) + " -> " + onOneLine(windows.targets()[i]));
      }
      out.flush();
    }
  }

  /** True if a step's predictions will be printed. */
  boolean wants(int step) {
    return switch (mode) {
      case ALL -> true;
      case SUMMARY -> step % STEPS_BETWEEN_LINES == 0 || step == steps - 1;
      case NONE -> false;
    };
  }

  /** Prints {@code step window prediction loss}, for every window or for the first. */
  void printStep(int step, LabModel.Step result) {
    boolean everyWindow = mode == Mode.ALL || step == 0 || step == steps - 1;
    int[][] predictions = result.predictions();
    String loss = String.format(Locale.ROOT, "%.7f", result.meanLossNats());
    for (int i = 0; i < (everyWindow ? predictions.length : 1); i++) {
      out.println(step + " " + i + " " + onOneLine(predictions[i]) + " " + loss);
    }
    out.flush();
  }

  /** Prints the whole prediction of the first window, then the last character of each other. */
  void printSentence(int[][] predictions) {
    StringBuilder sentence = new StringBuilder(vocabulary.decode(predictions[0]));
    for (int i = 1; i < predictions.length; i++) {
      int[] window = predictions[i];
      sentence.append(vocabulary.token(window[window.length - 1]));
    }
    out.println(sentence);
    out.flush();
  }

  /** A window with a line end in it would break the listing's lines. */
  private String onOneLine(int[] ids) {
    return vocabulary.decode(ids).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }
}
