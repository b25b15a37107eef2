package org.charrnn.engine;

import java.util.List;

/** Closes several objects, even if some of them fail. */
public final class Closeables {
  private Closeables() {}

  /**
   * Closes all objects, in order.
   *
   * @throws RuntimeException the first failure, if any; later ones are suppressed in it
   */
  public static void closeAll(List<? extends AutoCloseable> objects) {
    RuntimeException first = null;
    for (AutoCloseable object : objects) {
      try {
        object.close();
      } catch (Exception e) {
        RuntimeException failure =
            e instanceof RuntimeException r ? r : new IllegalStateException(e);
        if (first == null) {
          first = failure;
        } else if (failure != first) { // an exception cannot be suppressed in itself
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
