package org.charrnn.settings;

import java.util.Locale;

/** How the learning rate falls. */
public enum Decay {
  /** Along half a cosine over all steps of the training. */
  COSINE,
  /** By a factor after each epoch. */
  EPOCHS;

  /** The name in options and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
