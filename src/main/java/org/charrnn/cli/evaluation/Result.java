package org.charrnn.cli.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.charrnn.train.Evaluation;

/**
 * What is printed about a text.
 *
 * @param text its name
 * @param files that have it
 * @param evaluation null if it cannot be evaluated
 * @param unknowns unknown tokens in it
 * @param error why it cannot be evaluated; null if it can
 */
public record Result(
    String text, List<Path> files, Evaluation evaluation, long unknowns, String error) {
  /** Returns what is printed about a text that was evaluated. */
  public static Result of(EvaluatedText text, Evaluation evaluation) {
    return new Result(text.name(), text.files(), evaluation, text.unknowns(), null);
  }
}
