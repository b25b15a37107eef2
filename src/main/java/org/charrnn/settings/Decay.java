package org.charrnn.settings;

import java.util.Locale;

/** How the learning rate falls. */
public enum Decay {
  /** Along half a cosine over all steps of the training. */
  COSINE,
  /** Linearly over all steps of the training. */
  LINEAR,
  /** By the same factor at each step of the training. */
  EXPONENTIAL,
  /** By a factor after each epoch. */
  EPOCHS;

  /** The name in options and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
