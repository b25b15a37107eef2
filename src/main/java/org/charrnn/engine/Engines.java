package org.charrnn.engine;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.charrnn.InputException;

/** The engines that are there. */
public final class Engines {
  private static final String HOW_TO_ADD =
      "build charrnn by 'mvn package -DskipTests -P%s' and run it by scripts/charrnn, or give the jar"
          + " to %s-submit; src/site/markdown/%s.md tells how";

  private Engines() {}

  /**
   * Starts an engine other than {@link LocalEngine}.
   *
   * @throws InputException if there is none of that name, or the settings are wrong
   * @throws EngineException if it does not start
   */
  public static Engine start(String name, EngineSettings settings) {
    try {
      for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
        if (provider.name().equals(name)) {
          return provider.start(settings);
        }
      }
    } catch (LinkageError | ServiceConfigurationError e) { // it is there, what it needs is not
      throw missing("--engine %s lacks jars on the class path".formatted(name), name, e);
    }
    throw missing("--engine %s is not in this build".formatted(name), name, null);
  }

  private static InputException missing(String what, String name, Error cause) {
    return new InputException(what + "; " + HOW_TO_ADD.formatted(name, name, name), cause);
  }
}
