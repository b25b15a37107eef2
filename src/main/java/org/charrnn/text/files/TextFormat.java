package org.charrnn.text.files;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;

/**
 * How the bytes of a file are decoded.
 *
 * @param encoding character encoding of the file
 * @param malformed how to treat bytes that are not text in that encoding
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
        Malformed malformed) {
  /** UTF-8; malformed bytes are an error. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, Malformed.REPORT);

  public TextFormat {
    SettingChecks.check(TextFormat.class, encoding, malformed);
  }
}
