package org.charrnn.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.function.Supplier;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineProvider;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.LocalEngine;

/** Takes the place of the Spark engine: records its settings and computes in this process. */
public final class RecordingEngine implements EngineProvider {
  private static EngineSettings recorded;

  /** Created by {@link java.util.ServiceLoader}. */
  public RecordingEngine() {}

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public Engine start(EngineSettings settings) {
    recorded = settings;
    return new LocalEngine();
  }

  /**
   * Runs an action during which {@code --engine spark} starts this engine.
   *
   * @param directory for a temporary file
   * @return the settings that the engine was started with; null if it was not started
   */
  static EngineSettings record(Path directory, Supplier<Run> action) throws IOException {
    Path services = Files.createTempFile(directory, "services", "");
    Files.writeString(services, RecordingEngine.class.getName() + "\n");
    URL url = services.toUri().toURL();
    Thread thread = Thread.currentThread();
    ClassLoader previous = thread.getContextClassLoader();
    recorded = null;
    try {
      thread.setContextClassLoader(
          new ClassLoader(previous) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
              return name.endsWith(EngineProvider.class.getName())
                  ? Collections.enumeration(Collections.singleton(url))
                  : super.getResources(name);
            }
          });
      action.get().assertDone();
    } finally {
      thread.setContextClassLoader(previous);
    }
    return recorded;
  }
}
