package org.charrnn.cli.options;

import java.util.Optional;
import java.util.Set;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;

/** Reports tokens of a prime that the model does not know. */
public final class UnknownTokens {
  private UnknownTokens() {}

  /**
   * Returns a line that names the tokens, if there are any.
   *
   * @param source of the text: an option, or a file
   */
  public static Optional<String> describe(
      String source, Vocabulary vocabulary, Set<String> tokens) {
    Level level = vocabulary.level();
    return tokens.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: the model does not know the %s%s %s, read as %s"
                .formatted(
                    source,
                    level.noun(),
                    tokens.size() == 1 ? "" : "s",
                    level.quoteSome(tokens),
                    level.unknown()));
  }
}
