package org.charrnn.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.charrnn.InputException;
import org.charrnn.engine.EngineSettings;

/**
 * Spark's configuration: the user's settings first, then those of spark-submit, then defaults for
 * this workload.
 */
final class SparkSettings {
  /** Weights and gradients do not compress; results have no size limit. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.app.name", "charrnn",
          "spark.broadcast.compress", "false",
          "spark.shuffle.compress", "false",
          "spark.driver.maxResultSize", "0",
          "spark.locality.wait", "0",
          "spark.ui.enabled", "false",
          "spark.executorEnv.TF_CPP_MIN_LOG_LEVEL", "3");

  private static final String MASTER_PATTERN =
      "local(\\[.+])?|local-cluster\\[.+]|yarn|k8s://.+|" + MasterAddress.PATTERN;

  private SparkSettings() {}

  static SparkConf conf(EngineSettings settings) {
    SparkConf conf = new SparkConf(); // includes the settings of spark-submit
    settings.configuration().forEach(conf::set);
    if (settings.master() != null) {
      conf.setMaster(settings.master());
    }
    if (!conf.contains("spark.master")) {
      throw new InputException(
          "the spark engine needs a master URL, such as local[2] or spark://HOST:7077");
    }
    String master = conf.get("spark.master");
    if (!master.matches(MASTER_PATTERN)) {
      throw new InputException(
          "the Spark master URL must be local[N], local-cluster[N,CORES,MB], spark://HOST:PORT,"
              + " yarn or k8s://URL, got "
              + master);
    }
    DEFAULTS.forEach(conf::setIfMissing);
    if (!master.matches("local(\\[.+])?")) {
      ExecutorClassPath.set(conf);
    }
    return conf;
  }
}
