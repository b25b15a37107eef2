package org.charrnn.text;

import java.util.Locale;

/** What becomes of line ends. */
public enum Newlines {
  /** Carriage returns, with or without a line feed after them, become line feeds. */
  LF,
  /** They stay as they are. */
  KEEP;

  /** Returns a text with these line ends. */
  public String apply(String text) {
    return this == KEEP ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** Returns the name in options and files: lf or keep. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
