package org.charrnn.settings;

import java.util.Locale;

/** What a run trains: each kind has its own defaults. */
public enum RunKind {
  /** Lab 12-4: every step trains on all windows of a short text. */
  LAB,
  /** A character or word model on a text of any length, in streams that carry the state. */
  TRAIN;

  /** The name of the command, which {@code config.json} has, too. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
