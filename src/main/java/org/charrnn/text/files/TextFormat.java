package org.charrnn.text.files;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Tokenizer;
import org.charrnn.text.Vocabulary;

/**
 * How the bytes of files become a text.
 *
 * @param encoding character encoding of the files
 * @param malformed how to treat bytes that are not text in that encoding
 * @param separator inserted between two files, unless the first ends with it
 * @param normalization what is done to the text of each file
 */
public record TextFormat(
    @Setting(
            label = "NAME",
            defaultValue = "UTF-8",
            lab = "UTF-8",
            help = "Character encoding of the files")
        Charset encoding,
    @Setting(
            label = "ACTION",
            defaultValue = "report",
            lab = "report",
            help =
                "What to do with malformed bytes: report stops with an error, replace reads U+FFFD")
        Malformed malformed,
    @Setting(
            label = "TEXT",
            defaultValue = "\\n",
            help =
                "Text that is inserted between two files, unless the first ends with it; '' for"
                    + " none")
        String separator,
    TextNormalization normalization) {
  private static final String NEWLINE = "\n";

  /** UTF-8; malformed bytes are an error. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, Malformed.REPORT);

  public TextFormat {
    SettingChecks.check(TextFormat.class, encoding, malformed, separator, normalization);
  }

  /** A format with a line feed between files, and line feeds as line ends. */
  public TextFormat(Charset encoding, Malformed malformed) {
    this(encoding, malformed, NEWLINE, TextNormalization.DEFAULT);
  }

  /** Returns the same format with another normalization. */
  public TextFormat withNormalization(TextNormalization other) {
    return new TextFormat(encoding, malformed, separator, other);
  }

  /** Returns the same format, without a separator that a vocabulary does not have. */
  public TextFormat withSeparatorOf(Vocabulary vocabulary) {
    boolean isKnown =
        Tokenizer.tokens(vocabulary.tokenization(), separator).stream()
            .allMatch(token -> vocabulary.find(token) >= 0);
    return isKnown ? this : new TextFormat(encoding, malformed, "", normalization);
  }

  /** Returns whether the separator follows a text. */
  boolean separates(CharSequence text) {
    boolean isLine = separator.equals(NEWLINE) && text.toString().endsWith("\r");
    return !text.isEmpty() && !isLine && !text.toString().endsWith(separator);
  }
}
