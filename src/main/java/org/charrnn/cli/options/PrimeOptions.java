package org.charrnn.cli.options;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextReader;
import picocli.CommandLine.Option;

/** The text to continue. */
public final class PrimeOptions {
  @Option(
      names = "--prime",
      paramLabel = "TEXT",
      description = "Text to continue (default: none; the first token is then chosen at random).")
  private String given;

  @Option(
      names = "--prime-file",
      paramLabel = "FILE",
      description =
          "UTF-8 file with the text to continue, including a line end at its end: for texts that"
              + " are too long for the command line.")
  private Path file;

  private String read;

  /** Returns the text; empty if there is none. */
  public String text() {
    if (given != null && file != null) {
      throw new InputException("give --prime or --prime-file, not both");
    }
    if (file != null && read == null) {
      read = TextReader.readAll(file, TextFormat.UTF_8);
    }
    return file != null ? read : given != null ? given : "";
  }

  /**
   * Returns the ids of the text.
   *
   * @param err receives a line about unknown tokens, if there are any
   * @throws InputException if tokens of it are not in the vocabulary
   */
  public int[] encode(Vocabulary vocabulary, PrintWriter err) {
    String source = file == null ? "--prime" : file.toString();
    try {
      int[] ids = vocabulary.encode(text());
      UnknownTokens.report(err, source, vocabulary.level(), vocabulary.unknownTokens(text()));
      return ids;
    } catch (IllegalArgumentException e) {
      throw new InputException(source + ": " + e.getMessage(), e);
    }
  }
}
