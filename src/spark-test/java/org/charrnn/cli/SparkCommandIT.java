package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.charrnn.spark.Cluster;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a Spark driver, in this JVM or in a separate one that is killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case a program hangs
class SparkCommandIT {
  private static final String DATA = "model.data-00000-of-00001";
  private static final int STEPS = 12;
  private static final int ENDLESS = 100_000; // steps; the driver is killed long before

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Path text;
  private static Path localRun; // trained without Spark

  @BeforeAll
  static void start() throws Exception {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    cluster = Cluster.start(directory, 2);
    localRun = directory.resolve("local");
    runSuccessfully(trainArgs(localRun, "--shards=2", "--steps=" + STEPS));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static List<String> trainArgs(Path run, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data=" + text, "--run=" + run));
    args.addAll(List.of("--hidden=16", "--batch-size=8", "--sequence-length=10"));
    args.addAll(List.of("--dropout=0.3", "--validation=0.1", "--save-every=4"));
    args.add("--decay-rate=1"); // a cosine would depend on the number of steps
    args.addAll(List.of(more));
    return args;
  }

  private static List<String> slicedTrainArgs(Path run, int steps, String... more) {
    List<String> args = trainArgs(run, "--shards=1", "--slices=2", "--steps=" + steps);
    args.addAll(List.of(more));
    return args;
  }

  private static List<String> onCluster(List<String> args) {
    List<String> all = onSpark(args, cluster.master());
    all.add("--conf=spark.executor.memory=512m");
    return all;
  }

  private static List<String> onSpark(List<String> args, String master) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of("--engine=spark", "--master=" + master));
    all.add("--conf=spark.driver.host=127.0.0.1");
    return all;
  }

  private static Process start(String name, List<String> args) throws IOException {
    List<String> command = Cluster.java();
    command.add(CharRnn.class.getName());
    command.addAll(args);
    return cluster.start(name, Program.interruptible(command));
  }

  private static List<String> runSuccessfully(List<String> args) {
    return Run.of(args).assertDone().out();
  }

  private static void awaitFile(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static int latestStep(Path run) throws IOException {
    return (int) RunCheckpoints.progress(RunDirectory.open(run).checkpoints().latest()).step();
  }

  private static void assertSameCheckpoint(Path run, Path expected, int step) throws IOException {
    for (String name : List.of(DATA, "progress.json")) {
      String file = "checkpoints/step-" + step + "/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
  }

  /** Compares a run with one of the same number of steps without Spark. */
  private static void assertEqualsLocalRun(Path run, int step) throws IOException {
    Path local = directory.resolve(run.getFileName() + "-local");
    runSuccessfully(trainArgs(local, "--shards=2", "--steps=" + step));
    assertSameCheckpoint(run, local, step);
  }

  @Test
  void killedDriverResumesFromCheckpoint() throws Exception {
    Path run = directory.resolve("killed");
    Process driver = start("killed-log", onCluster(slicedTrainArgs(run, ENDLESS)));
    awaitFile(run.resolve("checkpoints/step-4"), driver);
    driver.destroyForcibly(); // SIGKILL
    assertThat(driver.waitFor()).as(cluster.log("killed-log")).isEqualTo(128 + 9);
    int end = latestStep(run) + 4;
    runSuccessfully(onCluster(List.of("train", "--resume=" + run, "--steps=" + end)));
    assertEqualsLocalRun(run, end);
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void signalSavesCheckpointBeforeSparkStops() throws Exception {
    Path run = directory.resolve("stopped");
    Process driver = start("stopped-log", onSpark(slicedTrainArgs(run, ENDLESS), "local[2]"));
    awaitFile(run.resolve("checkpoints/step-4"), driver);
    driver.destroy(); // SIGTERM
    assertThat(driver.waitFor()).as(cluster.log("stopped-log")).isEqualTo(128 + 15);
    assertThat(cluster.log("stopped-log")).contains("charrnn: stopped, saved ");
    int end = latestStep(run) + 4;
    // Without --engine=spark, in the same slices.
    runSuccessfully(List.of("train", "--resume=" + run, "--steps=" + end));
    assertEqualsLocalRun(run, end);
  }

  /** Ctrl-C does not shut down the JVM before the training is saved, so Spark keeps running. */
  @Test
  void interruptSavesCheckpointBeforeSparkStops() throws Exception {
    Path run = directory.resolve("interrupted");
    Process driver = start("interrupted-log", onSpark(slicedTrainArgs(run, ENDLESS), "local[2]"));
    awaitFile(run.resolve("checkpoints/step-4"), driver);
    assertThat(new ProcessBuilder("kill", "-INT", driver.pid() + "").start().waitFor()).isZero();
    assertThat(driver.waitFor()).as(cluster.log("interrupted-log")).isEqualTo(128 + 2);
    assertThat(cluster.log("interrupted-log"))
        .contains("charrnn: stopping after this step and saving", "charrnn: stopped, saved ");
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void packagedJarRunsWithSparkSubmit() throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    Path run = directory.resolve("submitted");
    String platform = Loader.getPlatform() + ".jar"; // others are hundreds of megabytes each
    String jars =
        Stream.of(Files.readString(target.resolve("classpath")).strip().split(":"))
            .filter(jar -> !jar.matches(".*-(linux|macosx|windows)-.*") || jar.endsWith(platform))
            .collect(Collectors.joining(","));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Cluster.SPARK_HOME.resolve("jars") + "/*",
                "org.apache.spark.deploy.SparkSubmit",
                "--master=" + cluster.master(),
                "--conf=spark.driver.host=127.0.0.1",
                "--conf=spark.executor.memory=512m",
                "--class=" + CharRnn.class.getName(),
                "--jars=" + jars,
                target.resolve("charrnn.jar").toString()));
    command.addAll(slicedTrainArgs(run, STEPS, "--engine=spark"));
    Process driver = cluster.start("submit-log", command);
    assertThat(driver.waitFor()).as(cluster.log("submit-log")).isZero();
    assertSameCheckpoint(run, localRun, STEPS);
  }

  @Test
  void bulkResultsEqualLocalResults() throws Exception {
    Path primes = directory.resolve("primes.txt"); // more texts than a task generates
    Files.writeString(primes, "if\nyou\n\nwood and\nsea\n".repeat(20));
    List<String> sample =
        List.of("sample", localRun.toString(), "--primes=" + primes, "--length=50", "--count=2");
    assertThat(runSuccessfully(onCluster(sample))).isEqualTo(runSuccessfully(sample)).hasSize(200);

    Files.writeString(primes, "if\nΩ\nyou\n");
    Run withError = Run.of(onSpark(sample, "local[2]"));
    assertThat(withError.exitCode()).isEqualTo(ExitCodes.WORK_FAILED);
    assertThat(withError.out()).isEqualTo(Run.of(sample).out()).hasSize(5);

    List<String> evaluate = new ArrayList<>(List.of("evaluate", localRun.toString(), "--each"));
    for (int i = 1; i <= 4; i++) {
      Path file = directory.resolve("file-" + i);
      evaluate.add(Files.writeString(file, LabText.SENTENCE.substring(3 * i)).toString());
    }
    assertThat(runSuccessfully(onSpark(evaluate, "local[2]")))
        .isEqualTo(runSuccessfully(evaluate))
        .hasSize(5);
  }
}
