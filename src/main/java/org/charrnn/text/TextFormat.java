package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** How the bytes of a file become text. */
public record TextFormat(Charset encoding, Malformed malformed) {
  /** UTF-8, and anything else is an error. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, Malformed.REPORT);

  public TextFormat {
    requireNonNull(encoding, "encoding");
    requireNonNull(malformed, "malformed");
  }
}
