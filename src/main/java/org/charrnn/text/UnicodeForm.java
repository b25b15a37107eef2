package org.charrnn.text;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A normal form of Unicode. It decides whether a letter and its accent are one code point or two,
 * which look the same.
 */
public enum UnicodeForm {
  /** Text stays as it is. */
  NONE,
  /** Composed: one code point where there is one. */
  NFC,
  /** Decomposed: a letter, then its accents. */
  NFD;

  /** Returns a text in this form. */
  public String apply(String text) {
    return switch (this) {
      case NONE -> text;
      case NFC -> Normalizer.normalize(text, Normalizer.Form.NFC);
      case NFD -> Normalizer.normalize(text, Normalizer.Form.NFD);
    };
  }

  /** Returns whether text before this character and text from it on are normalized separately. */
  public static boolean isBoundary(char c) {
    boolean isIdeograph = c >= '\u3400' && c <= '\u9fff';
    boolean isHangulSyllable = c >= '\uac00' && c <= '\ud7a3';
    return c < '\u0300' || isIdeograph || isHangulSyllable;
  }

  /** Returns the name in options and files: none, nfc or nfd. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
