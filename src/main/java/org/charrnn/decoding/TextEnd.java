package org.charrnn.decoding;

import java.util.Locale;

/** Why a text ended. */
public enum TextEnd {
  /** It has all tokens that were asked for. */
  LENGTH,
  /** The string that ends it has occurred. */
  UNTIL,
  /** Every further token would repeat what must not be repeated. */
  REPETITION;

  /** Returns the name in output. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
