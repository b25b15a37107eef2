package org.charrnn.store;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.text.Level;
import org.charrnn.text.Newlines;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.TokenIds;
import org.charrnn.text.Tokenization;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.WordRules;
import org.charrnn.text.files.Malformed;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextLocation;

/**
 * Describes the training text of a run.
 *
 * @param level characters or words
 * @param unknown whether the vocabulary has a token for unknown ones
 * @param files that were read, in order; none for the lab's sentence, and in models that were
 *     exported
 * @param encoding of the files
 * @param malformed how malformed bytes were handled
 * @param separator inserted between files
 * @param newlines what became of line ends
 * @param normalize Unicode normal form of the text
 * @param tokens length of the text
 * @param sha256 of the text's ids, in hexadecimal
 * @param wordRules how words are split; null for characters, and in runs that were saved before
 *     there were other rules than {@link WordRules#SPACES}
 * @param fileCount number of files, whose names may be left out
 * @param location of the files; null if it is unknown
 */
public record TextConfig(
    Level level,
    boolean unknown,
    List<String> files,
    String encoding,
    String malformed,
    String separator,
    Newlines newlines,
    UnicodeForm normalize,
    long tokens,
    String sha256,
    WordRules wordRules,
    int fileCount,
    TextLocation location) {

  public TextConfig {
    if (Stream.of(level, files, encoding, malformed, separator, newlines, normalize, sha256)
            .anyMatch(Objects::isNull)
        || files.stream().anyMatch(Objects::isNull)) {
      throw new InputException(
          "one of level, files, encoding, malformed, separator, newlines, normalize, sha256 is"
              + " null");
    }
    files = List.copyOf(files);
    if (fileCount < 0 || !(files.isEmpty() || files.size() == fileCount)) {
      throw new InputException(
          "file_count must be the number of files, %d, got %d".formatted(files.size(), fileCount));
    }
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

  /** Describes a text that was read as by versions without the other settings. */
  public TextConfig(
      Level level,
      boolean unknown,
      List<String> files,
      String encoding,
      String malformed,
      long tokens,
      String sha256) {
    this(
        level,
        unknown,
        files,
        encoding,
        malformed,
        "",
        Newlines.LF,
        UnicodeForm.NONE,
        tokens,
        sha256,
        null,
        files.size(),
        null);
  }

  /**
   * Describes a text.
   *
   * @param ids of the whole text
   */
  public static TextConfig of(
      Vocabulary vocabulary, TokenIds ids, List<String> files, TextFormat format) {
    Level level = vocabulary.level();
    return new TextConfig(
        level,
        vocabulary.hasUnknown(),
        files,
        format.encoding().name(),
        format.malformed().toString(),
        format.separator(),
        format.normalization().newlines(),
        format.normalization().normalize(),
        ids.size(),
        ids.sha256(),
        level == Level.WORD ? vocabulary.tokenization().rules() : null,
        files.size(),
        null);
  }

  /** Describes the same text with the location of its files. */
  public TextConfig withLocation(TextLocation newLocation) {
    return with(files, fileCount, newLocation);
  }

  /** Describes the same text in other files, whose location is not known yet. */
  public TextConfig withFiles(List<String> newFiles) {
    return with(newFiles, newFiles.size(), null);
  }

  /** Describes the same text without the names of its files, which may be private. */
  public TextConfig withoutPaths() {
    return with(List.of(), fileCount, null);
  }

  private TextConfig with(List<String> newFiles, int newFileCount, TextLocation newLocation) {
    return new TextConfig(
        level,
        unknown,
        newFiles,
        encoding,
        malformed,
        separator,
        newlines,
        normalize,
        tokens,
        sha256,
        wordRules,
        newFileCount,
        newLocation);
  }

  /** How the bytes of the files become a text. */
  public TextFormat format() {
    return new TextFormat(
        Charset.forName(encoding),
        Malformed.valueOf(malformed.toUpperCase(Locale.ROOT)),
        separator,
        normalization());
  }

  /** What is done to every text of the model. */
  public TextNormalization normalization() {
    return new TextNormalization(newlines, normalize);
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalArgumentException e) {
      return false; // not a legal name
    }
  }
}
