package org.charrnn.cli.options;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.charrnn.InputException;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.Engines;
import org.charrnn.engine.LocalEngine;
import org.charrnn.train.StopSignal;
import picocli.CommandLine.Option;

/** The engine that does the work, and its settings. */
public final class EngineOptions {
  private enum Kind {
    LOCAL,
    SPARK;

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "local",
      description =
          "Where the work is done: local, or spark for a cluster (default: ${DEFAULT-VALUE}).")
  private Kind engine;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master URL, such as local[2] or spark://HOST:7077 (default: that of"
              + " spark-submit).")
  private String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "Spark configuration property, such as spark.executor.memory=4g; can be given several"
              + " times.")
  private Map<String, String> configuration = new LinkedHashMap<>();

  /** Whether the work is done in this process. */
  public boolean isLocal() {
    return engine == Kind.LOCAL;
  }

  /**
   * Rejects options of an engine that is not used.
   *
   * @throws InputException if there are any
   */
  public void check() {
    if (isLocal() && master != null) {
      throw new InputException("--master needs --engine spark");
    }
    if (isLocal() && !configuration.isEmpty()) {
      throw new InputException("--conf needs --engine spark");
    }
  }

  /**
   * Starts the engine; the caller closes it.
   *
   * @param taskBytes estimated memory that a task needs outside of the Java heap
   */
  public Engine start(double taskBytes) {
    check();
    return isLocal()
        ? new LocalEngine()
        : Engines.start(
            engine.toString(),
            new EngineSettings(master, configuration, (long) taskBytes, StopSignal::awaitWork));
  }
}
