package org.charrnn.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The program in a JVM of its own. */
final class Program {
  private Program() {}

  /** The command that runs the program. */
  static List<String> command(String... args) {
    return command(Path.of(System.getProperty("java.home")), List.of(), args);
  }

  /** The command that runs the program by another Java, with options for that. */
  static List<String> command(Path javaHome, List<String> options, String... args) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(CharRnn.class.getName());
    command.addAll(List.of(args));
    return command;
  }

  /** A process to be, whose standard error goes to a file, without most of TensorFlow's log. */
  static ProcessBuilder builder(List<String> command, Path err) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(err.toFile());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    return builder;
  }

  /** What the program itself said; TensorFlow's own log lines are left out. */
  static List<String> saidBy(Path err) throws IOException {
    try (Stream<String> lines = Files.lines(err)) {
      return lines.filter(line -> !line.matches("WARNING: All log.*|[IWE]0000 .*")).toList();
    }
  }

  /** Skips a test, loudly, where {@code unshare} can mount no small file system. */
  static void assumeMounts() throws InterruptedException {
    String reason = "no small file system can be mounted here (unshare -rm)";
    boolean canMount = isSuccess("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    if (!canMount) {
      System.err.println("*** SKIPPED: " + reason);
    }
    assumeTrue(canMount, reason);
  }

  private static boolean isSuccess(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
