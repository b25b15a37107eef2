package org.charrnn.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.charrnn.InputException;
import org.charrnn.engine.EngineSettings;

/** How Spark is started: by what a person said, by spark-submit, and by what suits the work. */
final class SparkSettings {
  /** Weights and gradients do not compress, and all of them are meant to arrive. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.app.name", "charrnn",
          "spark.broadcast.compress", "false",
          "spark.shuffle.compress", "false",
          "spark.driver.maxResultSize", "0",
          "spark.locality.wait", "0",
          "spark.ui.enabled", "false",
          "spark.executorEnv.TF_CPP_MIN_LOG_LEVEL", "3");

  private static final String MASTERS =
      "local(\\[.+])?|local-cluster\\[.+]|yarn|k8s://.+|" + MasterAddress.PATTERN;

  private SparkSettings() {}

  static SparkConf conf(EngineSettings settings) {
    SparkConf conf = new SparkConf(); // with what spark-submit was given
    settings.configuration().forEach(conf::set);
    if (settings.master() != null) {
      conf.setMaster(settings.master());
    }
    if (!conf.contains("spark.master")) {
      throw new InputException(
          "--engine spark needs --master, such as local[2] or spark://HOST:7077");
    }
    String master = conf.get("spark.master");
    if (!master.matches(MASTERS)) {
      throw new InputException(
          "--master must be local[N], local-cluster[N,CORES,MB], spark://HOST:PORT, yarn or"
              + " k8s://URL, got "
              + master);
    }
    DEFAULTS.forEach(conf::setIfMissing);
    if (!master.matches("local(\\[.+])?")) {
      ExecutorClassPath.set(conf);
    }
    return conf;
  }
}
