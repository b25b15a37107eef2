package org.charrnn.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.Engine;

/**
 * A standalone Spark cluster on this machine: a master and workers with one core each. The master,
 * the workers and the executors that they start are separate JVMs.
 */
public final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** The Spark installation that the build creates. */
  public static final Path SPARK_HOME = Path.of("target/spark").toAbsolutePath();

  private final Path directory;
  private final int port;
  private final List<Process> processes = new ArrayList<>(); // the master, then the workers
  private final List<Process> programs = new ArrayList<>();

  private Cluster(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts a cluster and waits for its master.
   *
   * @param directory where logs and working directories go
   */
  public static Cluster start(Path directory, int workers)
      throws IOException, InterruptedException {
    Cluster cluster = new Cluster(directory, freePort());
    cluster.startDaemon(
        "master",
        "org.apache.spark.deploy.master.Master",
        List.of("--host", HOST, "--port", "" + cluster.port, "--webui-port", "0"));
    cluster.awaitMaster();
    for (int i = 0; i < workers; i++) {
      cluster.addWorker();
    }
    return cluster;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitMaster() throws InterruptedException {
    while (!isMasterListening()) {
      if (!processes.get(0).isAlive()) {
        throw new IllegalStateException("the master exited; see the logs in " + directory);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private boolean isMasterListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  void addWorker() throws IOException {
    startDaemon(
        "worker-" + processes.size(),
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--host",
            HOST,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            directory.resolve("work-" + processes.size()).toString(),
            master()));
  }

  private void startDaemon(String name, String mainClass, List<String> args) throws IOException {
    List<String> command = java("-Xmx256m");
    command.add(mainClass);
    command.addAll(args);
    processes.add(prepare(name, command).start());
  }

  /**
   * Returns a {@code java} command with this test's class path, to which a class name and arguments
   * are added.
   */
  public static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  /** Starts a program with Spark's environment variables; its output goes to {@link #log}. */
  public Process start(String name, List<String> command) throws IOException {
    Process program = prepare(name, command).start();
    programs.add(program);
    return program;
  }

  private ProcessBuilder prepare(String name, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    File log = directory.resolve(name + ".log").toFile();
    return builder.redirectErrorStream(true).redirectOutput(log);
  }

  /** Returns what the program or daemon of this name has printed so far. */
  public String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  /** Returns the master URL. */
  public String master() {
    return "spark://" + HOST + ":" + port;
  }

  /** Starts an engine in this JVM, whose executors have heaps of 512 MB. */
  Engine startEngine(Map<String, String> moreSettings) {
    Map<String, String> settings = new HashMap<>(moreSettings);
    settings.put("spark.driver.host", HOST);
    settings.put("spark.driver.bindAddress", HOST);
    settings.put("spark.executor.memory", "512m");
    return SparkEngine.start(new EngineSettings(master(), settings, 0, () -> {}));
  }

  /** Returns the running executor JVMs of all programs. */
  List<ProcessHandle> executors() {
    return workers().flatMap(ProcessHandle::descendants).filter(ProcessHandle::isAlive).toList();
  }

  private Stream<ProcessHandle> workers() {
    return processes.stream().skip(1).map(Process::toHandle);
  }

  /** Kills one worker and its executors with SIGKILL. */
  void killWorker() {
    ProcessHandle worker = workers().filter(ProcessHandle::isAlive).findFirst().orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(worker.descendants().toList());
    all.add(worker);
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        new ArrayList<>(
            Stream.concat(programs.stream(), processes.stream()).map(Process::toHandle).toList());
    all.addAll(executors());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }
}
