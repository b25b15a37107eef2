package org.charrnn.spark;

import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineProvider;
import org.charrnn.engine.EngineSettings;

/** Starts {@link SparkEngine} under the name {@code spark}. */
public final class SparkEngineProvider implements EngineProvider {
  @Override
  public String name() {
    return "spark";
  }

  @Override
  public Engine start(EngineSettings settings) {
    return SparkEngine.start(settings);
  }
}
