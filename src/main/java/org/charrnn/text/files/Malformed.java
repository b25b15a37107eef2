package org.charrnn.text.files;

import java.util.Locale;

/** How to treat bytes that are not text in the given encoding. */
public enum Malformed {
  /** Fail with an error that gives their offset. */
  REPORT,
  /** Replace them with U+FFFD. */
  REPLACE;

  /** Returns the name in options and files: report or replace. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
