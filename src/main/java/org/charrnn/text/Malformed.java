package org.charrnn.text;

import java.util.Locale;

/** What to do about bytes that are no text in the given encoding. */
public enum Malformed {
  /** Stop, and say where they are. */
  REPORT,
  /** Read U+FFFD in their place. */
  REPLACE;

  /** The name that options and files use: report or replace. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
