package org.charrnn.cli.sampling;

import org.charrnn.decoding.BeamConfig;
import org.charrnn.decoding.BeamModel;
import org.charrnn.decoding.BeamSearch;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.decoding.StopString;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.Terminal;

/**
 * Searches for a text by beam search, and prints what is settled. On a terminal it also shows
 * progress, below the lines that are complete.
 *
 * @param model that generates tokens of the vocabulary
 * @param length maximum number of tokens
 */
public record BeamText(
    BeamModel model, Vocabulary vocabulary, BeamConfig config, int length, StopString until) {
  private static final int SHOWN = 20; // characters of an incomplete line

  /** Receives the parts of a text. */
  private static final class Printer {
    private final TextOutput out;
    private final ProgressBar bar;
    private final boolean onlyWholeLines;
    private final StringBuilder waiting = new StringBuilder();

    /** The bar overwrites an incomplete line if both are on a terminal. */
    Printer(TextOutput out, ProgressBar bar) {
      this.out = out;
      this.bar = bar;
      onlyWholeLines = bar.isVisible() && Terminal.isTerminal(Terminal.OUT);
    }

    void add(String part) {
      waiting.append(part);
      int end = onlyWholeLines ? waiting.lastIndexOf("\n") + 1 : waiting.length();
      if (end > 0) {
        String lines = waiting.substring(0, end);
        waiting.delete(0, end);
        bar.print(() -> out.print(lines));
      }
    }

    /** The end of the line that is not printed yet. */
    String incomplete() {
      return Level.escape(waiting.substring(Math.max(0, waiting.length() - SHOWN)));
    }

    void finish() {
      out.println(waiting.toString());
    }
  }

  /** Prints the text with its prime, and returns it. */
  public GeneratedText print(String prime, int[] primeIds, TextOutput out) {
    Printer printer;
    GeneratedText text;
    try (ProgressBar bar = ProgressBar.start("search", length)) {
      printer = new Printer(out, bar);
      StopString.Matcher matcher = until.matcher();
      text =
          search(
              primeIds,
              (steps, settled) -> {
                StringBuilder part = new StringBuilder(steps == 1 ? prime : "");
                for (int id : settled) {
                  part.append(matcher.next(vocabulary.token(id)));
                }
                printer.add(part.toString());
                bar.step(steps, printer::incomplete);
              });
    }
    printer.finish();
    return text;
  }

  /** Returns the text without printing it. */
  public GeneratedText find(int[] primeIds) {
    try (ProgressBar bar = ProgressBar.start("search", length)) {
      return search(primeIds, (steps, settled) -> bar.step(steps, () -> ""));
    }
  }

  private GeneratedText search(int[] primeIds, BeamSearch.Progress progress) {
    BeamSearch.Sequence found =
        new BeamSearch(model, config).search(primeIds, length, until, vocabulary::token, progress);
    GeneratedText.Builder text = new GeneratedText.Builder(until, vocabulary::token);
    for (int id : found.ids()) {
      text.add(id);
    }
    return text.build(found.end());
  }
}
