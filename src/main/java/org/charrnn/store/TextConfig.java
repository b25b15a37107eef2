package org.charrnn.store;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.text.Level;
import org.charrnn.text.Malformed;
import org.charrnn.text.TextFormat;

/**
 * What a run learned from.
 *
 * @param level what its tokens are
 * @param unknown whether one token stands for all that are not in the vocabulary
 * @param files the files read, in order; none for the lab's own sentence
 * @param encoding of the files
 * @param malformed what was done about broken bytes
 * @param tokens length of the text
 * @param sha256 of the text's ids, in hexadecimal
 */
public record TextConfig(
    Level level,
    boolean unknown,
    List<String> files,
    String encoding,
    String malformed,
    long tokens,
    String sha256) {

  public TextConfig {
    if (Stream.of(level, files, encoding, malformed, sha256).anyMatch(Objects::isNull)
        || files.stream().anyMatch(Objects::isNull)) {
      throw new InputException("something of the text is null");
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

  /** How the bytes of the files are decoded. */
  public TextFormat format() {
    return new TextFormat(
        Charset.forName(encoding), Malformed.valueOf(malformed.toUpperCase(Locale.ROOT)));
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalArgumentException e) {
      return false; // not even the name of one
    }
  }
}
