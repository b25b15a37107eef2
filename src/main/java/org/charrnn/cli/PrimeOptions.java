package org.charrnn.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.text.TextFormat;
import org.charrnn.text.TextReader;
import org.charrnn.text.Vocabulary;
import picocli.CommandLine.Option;

/** What a text goes on from; null where a person gave nothing. */
final class PrimeOptions {
  private static final int MOST_CHARACTERS = 100_000_000;

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
    StringBuilder text = new StringBuilder();
    try (TextReader reader = new TextReader(file, TextFormat.UTF_8)) {
      char[] buffer = new char[1 << 13];
      for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
        text.append(buffer, 0, read);
        if (text.length() > MOST_CHARACTERS) {
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s is too long; at most %,d characters can be gone on from",
                  file,
                  MOST_CHARACTERS));
        }
      }
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
