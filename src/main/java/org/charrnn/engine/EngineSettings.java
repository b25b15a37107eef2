package org.charrnn.engine;

import java.util.Map;

/**
 * How an engine is started.
 *
 * @param master where its machines are found, in the engine's own form; null if its environment
 *     tells
 * @param configuration settings in the engine's own names
 * @param shutdownWaitsFor returns when work is done that is to end by itself, should this JVM be
 *     shut down; the engine stays up for so long
 */
public record EngineSettings(
    String master, Map<String, String> configuration, Runnable shutdownWaitsFor) {
  public EngineSettings {
    configuration = Map.copyOf(configuration);
  }
}
