package org.charrnn.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkException;
import org.charrnn.InputException;
import org.charrnn.engine.EngineSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of executors that the user sets. Nothing is started. */
class SparkMemoryTest {
  private static final long TASK_BYTES = 250L << 20; // so a task needs 251 MiB, rounded up

  private static void check(String master, String configuration) {
    Map<String, String> all = new HashMap<>();
    for (String property : configuration.split(" ", -1)) {
      String[] parts = property.split("=", 2);
      all.put("spark." + parts[0], parts[1]);
    }
    EngineSettings settings = new EngineSettings(master, all, TASK_BYTES, () -> {});
    MemoryOverhead.check(SparkSettings.conf(settings), settings.taskBytes());
  }

  /** The expected numbers are 400 MiB and 251 MiB for each task. */
  @ParameterizedTest
  @CsvSource({
    "yarn, executor.memory=1g, 651, 384", // the least that Spark asks for
    "yarn, executor.memory=4g, 651, 409", // a tenth
    "yarn, executor.memory=4g executor.memoryOverheadFactor=0.15, 651, 614",
    "yarn, executor.memory=1g executor.minMemoryOverhead=500m, 651, 500",
    "yarn, executor.memory=40g executor.memoryOverhead=650, 651, 650",
    "k8s://https://host, executor.memoryOverhead=1g executor.cores=4, 1404, 1024",
    "yarn, executor.memoryOverhead=900m executor.cores=4 task.cpus=2, 902, 900",
  })
  void tooSmallOverheadIsRejected(String master, String configuration, int needed, int allowed) {
    assertThatThrownBy(() -> check(master, configuration))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "an executor needs about %,d MiB outside of the Java heap: ".formatted(needed))
        .hasMessageEndingWith(
            "; set spark.executor.memoryOverhead=%dm, got %,d MiB".formatted(needed, allowed));
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, executor.memoryOverhead=651m",
    "yarn, executor.memory=8g",
    "k8s://https://host, executor.memoryOverhead=2g executor.cores=4",
    "yarn, executor.memoryOverhead=902m executor.cores=4 task.cpus=2",
    "local[8], executor.memoryOverhead=1m", // these limit only the heap
    "'local-cluster[2,4,1024]', executor.memoryOverhead=1m",
    "spark://host:7077, executor.cores=16",
  })
  void sufficientOrUnlimitedOverheadIsAccepted(String master, String configuration) {
    assertThatCode(() -> check(master, configuration)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"executor.memoryOverhead=much", "executor.cores=two", "executor.memoryOverheadFactor=x"})
  void malformedSettingIsRejected(String configuration) {
    assertThatThrownBy(() -> check("yarn", configuration))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(configuration.replaceAll(".*=", ""));
  }

  /** The first message is Spark's for a full heap, the others for lost executors. */
  @ParameterizedTest
  @CsvSource({
    "'Lost task 0.3 (TID 3) (host executor 1): java.lang.OutOfMemoryError: Java heap space',"
        + " spark.executor.memory",
    "'ExecutorLostFailure (executor 3 exited) Reason: Command exited with code 52',"
        + " spark.executor.memory",
    "'ExecutorLostFailure (executor 3 exited) Reason: Command exited with code 137',"
        + " spark.executor.memoryOverhead",
    "'The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).',"
        + " spark.executor.memoryOverhead",
  })
  void lackOfMemoryNamesItsSetting(String reason, String setting) {
    assertThat(FailureReason.of(new SparkException(reason + "\n\tat java.base/...")))
        .startsWith(reason + "; ")
        .endsWith("increase " + setting);
  }

  @Test
  void otherReasonsAreOneLineOfSparks() {
    assertThat(FailureReason.of(new SparkException("Job 1 cancelled\nmore")))
        .isEqualTo("Job 1 cancelled");
    assertThat(FailureReason.of(new InterruptedException()))
        .isEqualTo("java.lang.InterruptedException");
  }
}
