package org.charrnn.spark;

/** Why Spark failed, in one line that names the setting that helps, if there is one. */
final class FailureReason {
  private FailureReason() {}

  static String of(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    String reason = message.lines().findFirst().orElse("");
    if (message.contains("OutOfMemoryError: Java heap space") || reason.endsWith("code 52")) {
      return reason + "; the Java heap of the executors is too small: increase"
          + " spark.executor.memory";
    }
    if (reason.contains("code 137")) { // SIGKILL
      return reason + "; it was probably killed because the executor needs more memory than it has:"
          + " increase spark.executor.memoryOverhead";
    }
    return reason;
  }
}
