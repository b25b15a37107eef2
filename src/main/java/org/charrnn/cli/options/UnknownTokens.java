package org.charrnn.cli.options;

import java.io.PrintWriter;
import java.util.Set;
import org.charrnn.text.Level;

/** Reports tokens of a prime that the model does not know. */
public final class UnknownTokens {
  private UnknownTokens() {}

  /**
   * Prints a line that names tokens, if there are any.
   *
   * @param source of the text: an option, or a file
   */
  public static void report(PrintWriter err, String source, Level level, Set<String> tokens) {
    if (!tokens.isEmpty()) {
      err.println(
          "charrnn: %s: the model does not know the %s%s %s, read as %s"
              .formatted(
                  source,
                  level.noun(),
                  tokens.size() == 1 ? "" : "s",
                  level.quoteSome(tokens),
                  level.unknown()));
      err.flush();
    }
  }
}
