package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How the bytes of a file are decoded.
 *
 * @param encoding character encoding of the file
 * @param malformed how to treat bytes that are not text in that encoding
 */
public record TextFormat(Charset encoding, Malformed malformed) {
  /** UTF-8; malformed bytes are an error. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, Malformed.REPORT);

  public TextFormat {
    requireNonNull(encoding, "encoding");
    requireNonNull(malformed, "malformed");
  }
}
