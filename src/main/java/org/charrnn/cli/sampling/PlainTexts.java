package org.charrnn.cli.sampling;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.decoding.StopString;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.charrnn.text.Vocabulary;

/**
 * Prints the first text while it is generated, then the others. Several texts each have a line with
 * their number above them.
 */
public final class PlainTexts implements TokenSink {
  private final TextOutput out;
  private final Vocabulary vocabulary;
  private final List<StopString.Matcher> matchers = new ArrayList<>();
  private final List<StringBuilder> others = new ArrayList<>();
  private final int count;

  /**
   * Prints the beginning of the first text.
   *
   * @param count number of texts, at least 1
   */
  public PlainTexts(
      TextOutput out, String prime, Vocabulary vocabulary, StopString until, int count) {
    this.out = out;
    this.vocabulary = vocabulary;
    this.count = count;
    for (int row = 0; row < count; row++) {
      matchers.add(until.matcher());
      others.add(row == 0 ? null : new StringBuilder(prime));
    }
    printHeading(0);
    out.print(prime);
  }

  private void printHeading(int row) {
    if (count > 1) {
      out.println("=== text " + (row + 1) + " of " + count + " ===");
    }
  }

  @Override
  public void accept(int row, int id) {
    String piece = matchers.get(row).next(vocabulary.token(id));
    if (row > 0) {
      others.get(row).append(piece);
    } else if (!piece.isEmpty()) {
      out.print(piece);
    }
  }

  @Override
  public boolean isDone() {
    return matchers.stream().allMatch(StopString.Matcher::hasEnded);
  }

  /** Ends the first text and prints the others. */
  public void finish() {
    out.println("");
    for (int row = 1; row < count; row++) {
      printHeading(row);
      out.println(others.get(row).toString());
    }
  }
}
