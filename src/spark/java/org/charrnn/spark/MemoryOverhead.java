package org.charrnn.spark;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.charrnn.InputException;

/**
 * Checks the memory of executors outside of the Java heap, which is where TensorFlow keeps weights,
 * gradients and states. YARN and Kubernetes kill an executor that uses more of it than {@code
 * spark.executor.memoryOverhead}; other clusters limit only the heap.
 */
final class MemoryOverhead {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  /**
   * What an executor needs besides its tasks, measured with a network of 8 units: the JVM and Spark
   * 110 MiB, TensorFlow 270.
   */
  private static final long BASE_MEBIBYTES = 400;

  private MemoryOverhead() {}

  /**
   * Checks that all tasks that run at once on an executor fit.
   *
   * @param taskBytes memory that a task needs outside of the heap
   * @throws InputException if they do not
   */
  static void check(SparkConf conf, long taskBytes) {
    String master = conf.get("spark.master");
    if (!master.equals("yarn") && !master.startsWith("k8s://")) {
      return;
    }
    int tasks;
    long allowed;
    try {
      tasks =
          Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
      allowed = mebibytes(conf);
    } catch (IllegalArgumentException e) { // a setting is not a number
      throw new InputException(e.getMessage(), e);
    }
    long task = (taskBytes >> 20) + 1;
    long needed = BASE_MEBIBYTES + tasks * task;
    if (needed > allowed) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "an executor needs about %,d MiB outside of the Java heap: %,d for %s and %,d for"
                  + " TensorFlow and Java; set %s=%dm, got %,d MiB",
              needed,
              tasks * task,
              tasks == 1 ? "a task" : tasks + " tasks",
              BASE_MEBIBYTES,
              OVERHEAD,
              needed,
              allowed));
    }
  }

  /** Returns the overhead that Spark asks the cluster for. */
  private static long mebibytes(SparkConf conf) {
    if (conf.contains(OVERHEAD)) {
      return conf.getSizeAsMb(OVERHEAD);
    }
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    return Math.max(
        (long) (conf.getDouble("spark.executor.memoryOverheadFactor", 0.1) * heap),
        conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m"));
  }
}
