package org.charrnn.engine;

/** Starts an engine of one kind; {@link java.util.ServiceLoader} finds it where it is there. */
public interface EngineProvider {
  /** What a person calls it. */
  String name();

  /**
   * Starts it.
   *
   * @throws org.charrnn.InputException if the settings are wrong
   * @throws EngineException if it does not start
   */
  Engine start(EngineSettings settings);
}
