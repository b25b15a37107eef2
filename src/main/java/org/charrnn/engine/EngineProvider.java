package org.charrnn.engine;

/** Starts one kind of engine. {@link java.util.ServiceLoader} finds the implementations. */
public interface EngineProvider {
  /** Returns the name by which users select the engine. */
  String name();

  /**
   * Starts the engine.
   *
   * @throws org.charrnn.InputException if the settings are invalid
   * @throws EngineException if the engine fails to start
   */
  Engine start(EngineSettings settings);
}
