package org.charrnn.settings;

import java.util.Locale;

/** What a run trains. Each kind has its own defaults. */
public enum RunKind {
  /** Lab 12-4: every step trains on all windows of a short text. */
  LAB,
  /** A character or word model on a text of any length, in streams that carry the state. */
  TRAIN;

  /** The name of the command, which is also the kind in {@code config.json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
