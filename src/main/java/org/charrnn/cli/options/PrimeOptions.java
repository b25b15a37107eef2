package org.charrnn.cli.options;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.charrnn.InputException;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.UnicodeForms;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;
import org.charrnn.text.files.TextReader;
import picocli.CommandLine.Option;

/** The text to continue. */
public final class PrimeOptions {
  private static final Pattern ESCAPE = Pattern.compile("(?<!\\\\)\\\\[nrt]");

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

  private String text; // null before it is read

  /**
   * Returns the text as a model reads it; empty if there is none.
   *
   * @param normalization of the model
   */
  public String text(TextNormalization normalization) {
    if (given != null && file != null) {
      throw new InputException("give --prime or --prime-file, not both");
    }
    if (text == null) {
      text =
          file != null
              ? TextReader.readAll(file, TextFormat.UTF_8.withNormalization(normalization))
              : normalization.apply(given == null ? "" : given);
    }
    return text;
  }

  /**
   * Returns the ids of the text.
   *
   * @param remarks receives remarks on a text that is probably not as it was meant
   * @throws InputException if tokens of it are not in the vocabulary
   */
  public int[] encode(
      Vocabulary vocabulary, TextNormalization normalization, Consumer<String> remarks) {
    String prime = text(normalization);
    String source = file == null ? "--prime" : TextInput.name(file);
    Optional<String> hint = file == null ? escapeHint(prime) : Optional.empty();
    int[] ids;
    try {
      ids = vocabulary.encode(prime);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          source + ": " + e.getMessage() + hint.map(text -> "; " + text).orElse(""), e);
    }
    hint.ifPresent(text -> remarks.accept(source + ": " + text));
    UnknownTokens.describe(source, vocabulary, vocabulary.unknownTokens(prime)).ifPresent(remarks);
    if (vocabulary.hasUnknown()) {
      UnicodeForms.better(vocabulary, prime)
          .map(form -> source + " has unknown tokens; " + UnicodeForms.advice(form))
          .ifPresent(remarks);
    }
    return ids;
  }

  /** Explains how to type what the text has in the notation of programs. */
  private static Optional<String> escapeHint(String prime) {
    return escape(prime)
        .map(
            escape ->
                "%s; the shell reads it as one in $'...', as in $'a%sb', or use --prime-file"
                    .formatted(twoCharacters(escape), escape));
  }

  /** Explains how to write what a line of a file has in the notation of programs. */
  public static Optional<String> escapeHintForLine(String line) {
    return escape(line)
        .map(
            escape ->
                twoCharacters(escape)
                    + (escape.equals("\\t")
                        ? "; write the tab itself"
                        : "; a line has none, so use --prime $'a%sb' or --prime-file"
                            .formatted(escape)));
  }

  private static Optional<String> escape(String text) {
    Matcher matcher = ESCAPE.matcher(text);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }

  private static String twoCharacters(String escape) {
    return "%s is two characters, not a %s"
        .formatted(escape, escape.equals("\\t") ? "tab" : "line end");
  }
}
