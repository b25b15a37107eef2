package org.charrnn.settings;

import java.util.Locale;

/** Which part of a text is kept for validation. */
public enum ValidationFrom {
  /** Pieces of all its files. */
  SPREAD,
  /** Its end. */
  END;

  /** The name in options and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
