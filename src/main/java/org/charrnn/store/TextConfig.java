package org.charrnn.store;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenization;
import org.charrnn.text.WordRules;
import org.charrnn.text.files.Malformed;
import org.charrnn.text.files.TextFormat;

/**
 * Describes the training text of a run.
 *
 * @param level characters or words
 * @param unknown whether the vocabulary has a token for unknown ones
 * @param files that were read, in order; none for the lab's sentence
 * @param encoding of the files
 * @param malformed how malformed bytes were handled
 * @param tokens length of the text
 * @param sha256 of the text's ids, in hexadecimal
 * @param wordRules how words are split; null for characters, and in runs that were saved before
 *     there were other rules than {@link WordRules#SPACES}
 */
public record TextConfig(
    Level level,
    boolean unknown,
    List<String> files,
    String encoding,
    String malformed,
    long tokens,
    String sha256,
    WordRules wordRules) {

  public TextConfig {
    if (Stream.of(level, files, encoding, malformed, sha256).anyMatch(Objects::isNull)
        || files.stream().anyMatch(Objects::isNull)) {
      throw new InputException("one of level, files, encoding, malformed, sha256 is null");
    }
    files = List.copyOf(files);
    if (!isCharset(encoding)) {
      throw new InputException("there is no encoding '%s'".formatted(encoding));
    }
    if (Stream.of(Malformed.values()).noneMatch(action -> action.toString().equals(malformed))) {
      throw new InputException(
          "malformed must be report or replace, got '%s'".formatted(malformed));
    }
  }

  /** How the text is split into tokens. */
  public Tokenization tokenization() {
    return new Tokenization(level, wordRules == null ? WordRules.SPACES : wordRules);
  }

  /** How the bytes of the files are decoded. */
  public TextFormat format() {
    return new TextFormat(
        Charset.forName(encoding), Malformed.valueOf(malformed.toUpperCase(Locale.ROOT)));
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalArgumentException e) {
      return false; // not a legal name
    }
  }
}
