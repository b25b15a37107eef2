package org.charrnn.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.charrnn.cli.CharRnn;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as the driver of a cluster, in JVMs of its own, which can be killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a program that does not end
class SparkCommandIT {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Path text;
  private static Path whole; // a run of 40 steps on this machine

  private record Result(int exitCode, String out) {}

  @BeforeAll
  static void start() throws Exception {
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
    cluster = Cluster.start(directory, 2);
    whole = directory.resolve("whole");
    done(run("whole-log", training(whole, "--shards=2", "--steps=40")));
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

  private static List<String> onCluster(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of("--engine=spark", "--master=" + cluster.master()));
    all.addAll(List.of("--conf=spark.driver.host=127.0.0.1"));
    all.addAll(List.of("--conf=spark.executor.memory=512m"));
    all.addAll(List.of(more));
    return all;
  }

  private static Process start(String name, List<String> args) throws IOException {
    List<String> command = Cluster.java();
    command.add(CharRnn.class.getName());
    command.addAll(args);
    return cluster.start(name, command);
  }

  private static Result run(String name, List<String> args) throws Exception {
    return new Result(start(name, args).waitFor(), cluster.log(name));
  }

  private static void done(Result result) {
    assertThat(result.exitCode()).as(result.out()).isZero();
  }

  private static void await(Path path, Process process) throws InterruptedException {
    while (Files.notExists(path) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static void assertEndsAs(Path run, int step) throws IOException {
    for (String name : List.of(DATA, "progress.json")) {
      String file = "checkpoints/step-" + step + "/" + name;
      assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    Path run = directory.resolve("killed");
    Process driver =
        start("killed-log", onCluster(training(run, "--shards=1", "--slices=2", "--steps=40")));
    await(run.resolve("checkpoints/step-8"), driver);
    driver.destroyForcibly(); // SIGKILL
    assertThat(driver.waitFor()).as(cluster.log("killed-log")).isEqualTo(128 + 9);
    assertThat(run.resolve("checkpoints/step-40")).doesNotExist();
    List<String> resume = List.of("train", "--resume=" + run);
    done(run("resumed-log", onCluster(resume)));
    assertEndsAs(run, 40);
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void aSignalSavesBeforeTheClusterIsLeft() throws Exception {
    Path run = directory.resolve("stopped");
    Process driver =
        start(
            "stopped-log", onCluster(training(run, "--shards=1", "--slices=2", "--steps=100000")));
    await(run.resolve("checkpoints/step-4"), driver);
    driver.destroy(); // SIGTERM
    assertThat(driver.waitFor()).as(cluster.log("stopped-log")).isEqualTo(128 + 15);
    assertThat(cluster.log("stopped-log")).contains("charrnn: stopped, saved ");
    String latest = Files.readString(run.resolve("checkpoints/latest")).strip();
    int step = Integer.parseInt(latest.substring("step-".length()));
    // On this machine, as the slices that it was begun in.
    String more = Integer.toString(Math.max(40, step + 1));
    done(run("here-log", List.of("train", "--resume=" + run, "--steps=" + more)));
    if (step < 40) {
      assertEndsAs(run, 40);
    }
  }

  @Test
  void thePackagedJarCanBeSubmitted() throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    Path run = directory.resolve("submitted");
    String jars = Files.readString(target.resolve("classpath")).strip().replace(':', ',');
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
    command.addAll(training(run, "--shards=1", "--slices=2", "--steps=40", "--engine=spark"));
    Process driver = cluster.start("submit-log", command);
    done(new Result(driver.waitFor(), cluster.log("submit-log")));
    assertEndsAs(run, 40);
  }

  @Test
  void manyTextsAreThoseOfThisMachine() throws Exception {
    Path primes = Files.writeString(directory.resolve("primes.txt"), "if\nyou\nwood\nand\nsea\n");
    List<String> sample =
        List.of("sample", whole.toString(), "--primes=" + primes, "--length=50", "--count=2");
    done(run("sample-here", sample));
    done(run("sample-cluster", onCluster(sample)));
    assertThat(lines("sample-cluster", "{")).isEqualTo(lines("sample-here", "{")).hasSize(10);

    List<String> evaluate = new ArrayList<>(List.of("evaluate", whole.toString(), "--each"));
    for (int i = 1; i <= 4; i++) {
      Path file = directory.resolve("file-" + i);
      evaluate.add(Files.writeString(file, LabConfig.SENTENCE.substring(3 * i)).toString());
    }
    done(run("evaluate-here", evaluate));
    done(run("evaluate-cluster", onCluster(evaluate)));
    assertThat(lines("evaluate-cluster", ""))
        .containsAll(lines("evaluate-here", ""))
        .filteredOn(line -> line.contains("file-"))
        .hasSize(4);
  }

  private static List<String> lines(String log, String start) throws IOException {
    try (Stream<String> lines = cluster.log(log).lines()) {
      return lines.filter(line -> line.startsWith(start)).collect(Collectors.toList());
    }
  }
}
