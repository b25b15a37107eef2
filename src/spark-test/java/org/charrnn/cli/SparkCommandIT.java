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
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as the driver of a cluster: in this JVM, or in one of its own, which is killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a program that does not end
class SparkCommandIT {
  private static final String DATA = "model.data-00000-of-00001";
  private static final int STEPS = 12;
  private static final int ENDLESS = 100_000;

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Path text;
  private static Path whole; // a run on this machine

  @BeforeAll
  static void start() throws Exception {
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
    cluster = Cluster.start(directory, 2);
    whole = directory.resolve("whole");
    done(training(whole, "--shards=2", "--steps=" + STEPS));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static List<String> training(Path run, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data=" + text, "--run=" + run));
    args.addAll(List.of("--hidden=16", "--batch-size=8", "--sequence-length=10"));
    args.addAll(List.of("--dropout=0.3", "--validation=0.1", "--save-every=4"));
    args.addAll(List.of(more));
    return args;
  }

  private static List<String> inSlices(Path run, int steps, String... more) {
    List<String> args = training(run, "--shards=1", "--slices=2", "--steps=" + steps);
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
    return cluster.start(name, command);
  }

  private static List<String> done(List<String> args) {
    Run run = Run.of(args.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    return run.out();
  }

  private static void await(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static int latestStep(Path run) throws IOException {
    return (int) RunCheckpoints.progress(RunDirectory.open(run).checkpoints().latest()).step();
  }

  private static void assertSameEnd(Path run, Path expected, int step) throws IOException {
    for (String name : List.of(DATA, "progress.json")) {
      String file = "checkpoints/step-" + step + "/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
  }

  /** Trains here for as long. */
  private static void assertEndsAsOnThisMachine(Path run, int step) throws IOException {
    Path here = directory.resolve(run.getFileName() + "-here");
    done(training(here, "--shards=2", "--steps=" + step));
    assertSameEnd(run, here, step);
  }

  @Test
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    Path run = directory.resolve("killed");
    Process driver = start("killed-log", onCluster(inSlices(run, ENDLESS)));
    await(run.resolve("checkpoints/step-4"), driver);
    driver.destroyForcibly(); // SIGKILL
    assertThat(driver.waitFor()).as(cluster.log("killed-log")).isEqualTo(128 + 9);
    int end = latestStep(run) + 4;
    done(onCluster(List.of("train", "--resume=" + run, "--steps=" + end)));
    assertEndsAsOnThisMachine(run, end);
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void aSignalSavesBeforeSparkIsLeft() throws Exception {
    Path run = directory.resolve("stopped");
    Process driver = start("stopped-log", onSpark(inSlices(run, ENDLESS), "local[2]"));
    await(run.resolve("checkpoints/step-4"), driver);
    driver.destroy(); // SIGTERM
    assertThat(driver.waitFor()).as(cluster.log("stopped-log")).isEqualTo(128 + 15);
    assertThat(cluster.log("stopped-log")).contains("charrnn: stopped, saved ");
    int end = latestStep(run) + 4;
    done(List.of("train", "--resume=" + run, "--steps=" + end)); // here, in the same slices
    assertEndsAsOnThisMachine(run, end);
  }

  @Test
  void thePackagedJarCanBeSubmitted() throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    Path run = directory.resolve("submitted");
    String platform = Loader.getPlatform() + ".jar"; // for others are hundreds of megabytes
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
    command.addAll(inSlices(run, STEPS, "--engine=spark"));
    Process driver = cluster.start("submit-log", command);
    assertThat(driver.waitFor()).as(cluster.log("submit-log")).isZero();
    assertSameEnd(run, whole, STEPS);
  }

  @Test
  void manyTextsAreThoseOfThisMachine() throws Exception {
    Path primes = Files.writeString(directory.resolve("primes.txt"), "if\nyou\nwood\nand\nsea\n");
    List<String> sample =
        List.of("sample", whole.toString(), "--primes=" + primes, "--length=50", "--count=2");
    assertThat(done(onCluster(sample))).isEqualTo(done(sample)).hasSize(10);

    List<String> evaluate = new ArrayList<>(List.of("evaluate", whole.toString(), "--each"));
    for (int i = 1; i <= 4; i++) {
      Path file = directory.resolve("file-" + i);
      evaluate.add(Files.writeString(file, LabConfig.SENTENCE.substring(3 * i)).toString());
    }
    assertThat(done(onSpark(evaluate, "local[2]"))).isEqualTo(done(evaluate)).hasSize(5);
  }
}
