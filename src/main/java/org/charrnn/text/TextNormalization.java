package org.charrnn.text;

import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;

/**
 * What is done to every text of a model before it is split into tokens: the training text, primes,
 * and texts to evaluate.
 *
 * @param newlines what becomes of line ends
 * @param normalize Unicode normal form of the text
 */
public record TextNormalization(
    @Setting(
            label = "NEWLINES",
            defaultValue = "lf",
            lab = "lf",
            absent = "lf",
            help =
                "What to do with CR LF and CR at line ends: lf reads line feeds, keep keeps them")
        Newlines newlines,
    @Setting(
            label = "FORM",
            defaultValue = "none",
            lab = "none",
            absent = "none",
            help =
                "Unicode normal form that the text is converted to: nfc composes a letter and its"
                    + " accents, nfd decomposes them, none changes nothing")
        UnicodeForm normalize) {
  /** Line ends become line feeds; nothing else is changed. */
  public static final TextNormalization DEFAULT =
      new TextNormalization(Newlines.LF, UnicodeForm.NONE);

  public TextNormalization {
    SettingChecks.check(TextNormalization.class, newlines, normalize);
  }

  /** Returns a text as the model reads it. */
  public String apply(String text) {
    return normalize.apply(newlines.apply(text));
  }
}
