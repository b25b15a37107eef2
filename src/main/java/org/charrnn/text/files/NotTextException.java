package org.charrnn.text.files;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.charrnn.InputException;

/** A file is not text in its encoding. */
final class NotTextException extends InputException {
  private static final long serialVersionUID = 1L;

  private static final int MAX_NAMED = 10;

  private final transient Path file;
  private final String problem;

  /**
   * @param problem follows the name of the file, with what to do
   */
  NotTextException(Path file, String problem) {
    super(TextInput.name(file) + " " + problem);
    this.file = file;
    this.problem = problem;
  }

  /** Returns one error for several. */
  static InputException all(List<NotTextException> failures) {
    if (failures.size() == 1) {
      return failures.get(0);
    }
    int more = failures.size() - MAX_NAMED;
    return new InputException(
        failures.stream()
                .limit(MAX_NAMED)
                .map(failure -> TextInput.name(failure.file) + failure.shortProblem())
                .collect(
                    Collectors.joining(
                        ", ",
                        String.format(Locale.ROOT, "%,d files are not text: ", failures.size()),
                        ""))
            + (more > 0 ? String.format(Locale.ROOT, " and %,d more", more) : "")
            + "; leave them out, as with an exclude pattern, or convert them to text");
  }

  /** What is wrong, without what to do. */
  private String shortProblem() {
    return " (" + problem.replaceFirst("[;,] .*", "") + ")";
  }
}
