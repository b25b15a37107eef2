package org.charrnn.cli;

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

/** Where work is done. */
final class EngineOptions {
  private enum Place {
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
          "Where the work is done: local, or spark, on many machines (default: ${DEFAULT-VALUE}).")
  private Place engine;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Of Spark's cluster, such as local[2] or spark://HOST:7077 (default: as spark-submit"
              + " says).")
  private String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, such as spark.executor.memory=4g; may be given again.")
  private Map<String, String> configuration = new LinkedHashMap<>();

  boolean isLocal() {
    return engine == Place.LOCAL;
  }

  /** Starts the engine; the caller closes it. */
  Engine start() {
    if (!isLocal()) {
      return Engines.start(
          engine.toString(), new EngineSettings(master, configuration, StopSignal::awaitWork));
    }
    if (master != null || !configuration.isEmpty()) {
      throw new InputException("--master and --conf go with --engine spark");
    }
    return new LocalEngine();
  }
}
