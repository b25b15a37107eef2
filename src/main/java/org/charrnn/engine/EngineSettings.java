package org.charrnn.engine;

import java.util.Map;

/**
 * Settings for starting an engine.
 *
 * @param master the address of the cluster in the engine's own format, or null to take it from the
 *     engine's environment
 * @param configuration further settings, by the engine's own names
 * @param taskBytes estimated memory that a task needs outside of the Java heap
 * @param shutdownWaitsFor called when this JVM is shut down, before the engine stops; returns when
 *     the work in progress has ended
 */
public record EngineSettings(
    String master, Map<String, String> configuration, long taskBytes, Runnable shutdownWaitsFor) {
  public EngineSettings {
    configuration = Map.copyOf(configuration);
  }
}
