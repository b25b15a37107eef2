package org.charrnn.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.charrnn.text.TextFormat;
import org.charrnn.text.TextReader;
import org.charrnn.text.Vocabulary;
import picocli.CommandLine.Option;

/** What a text goes on from; null where a person gave nothing. */
final class PrimeOptions {
  @Option(
      names = "--prime",
      paramLabel = "TEXT",
      description = "What the text goes on from (default: nothing; then any token may be first).")
  private String given;

  @Option(
      names = "--prime-file",
      paramLabel = "FILE",
      description =
          "The same from a file in UTF-8, whole, the line end at its end too: for what is longer"
              + " than a command line takes.")
  private Path file;

  private String read;

  /** The text; empty if there is none. */
  String text() {
    if (given != null && file != null) {
      throw new InputException("give --prime or --prime-file, not both");
    }
    if (file != null && read == null) {
      read = read(file);
    }
    return file != null ? read : given != null ? given : "";
  }

  private static String read(Path file) {
    StringWriter text = new StringWriter();
    try (TextReader reader = new TextReader(file, TextFormat.UTF_8)) {
      reader.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a TextReader throws none
    }
    return text.toString();
  }

  /**
   * Returns the ids of the text.
   *
   * @throws InputException if the vocabulary lacks any of it
   */
  int[] encode(Vocabulary vocabulary) {
    try {
      return vocabulary.encode(text());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          (file == null ? "--prime" : file.toString()) + ": " + e.getMessage(), e);
    }
  }
}
