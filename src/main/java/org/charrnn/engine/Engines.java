package org.charrnn.engine;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.charrnn.InputException;

/** Finds and starts the engines on the class path. */
public final class Engines {
  private static final String HOW_TO_ADD =
      "build with 'mvn package -DskipTests -P%s' and run scripts/charrnn, or submit the jar with"
          + " %s-submit; see src/site/markdown/%s.md";

  private Engines() {}

  /**
   * Starts an engine other than {@link LocalEngine}.
   *
   * @param name the name of the engine, see {@link EngineProvider#name()}
   * @throws InputException if the class path has no engine of that name, or the settings are
   *     invalid
   * @throws EngineException if the engine fails to start
   */
  public static Engine start(String name, EngineSettings settings) {
    try {
      for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
        if (provider.name().equals(name)) {
          return provider.start(settings);
        }
      }
    } catch (LinkageError | ServiceConfigurationError e) { // classes the engine needs are missing
      throw missing("the %s engine needs jars that are missing from the class path", name, e);
    }
    throw missing("the %s engine is not in this build", name, null);
  }

  private static InputException missing(String problem, String name, Error cause) {
    return new InputException(
        (problem + "; " + HOW_TO_ADD).formatted(name, name, name, name), cause);
  }
}
