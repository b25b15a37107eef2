package org.charrnn.text;

import java.util.Locale;

/** The rules that split text into words. A model keeps those that it was trained with. */
public enum WordRules {
  /** Words end only at spaces and symbols: the rules of early versions. */
  SPACES,
  /** Characters of scripts without spaces between words are tokens of their own, too. */
  SCRIPTS;

  /** The rules for new models. */
  public static final WordRules NEWEST = SCRIPTS;

  /** Returns the name in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
