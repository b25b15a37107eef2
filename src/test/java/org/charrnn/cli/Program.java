package org.charrnn.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the program in a JVM of its own, which can be killed. */
final class Program {
  private Program() {}

  /** Returns the command that runs the program. */
  static List<String> command(Object... args) {
    return command(Path.of(System.getProperty("java.home")), List.of(), args);
  }

  /** Returns the command that runs the program with a given Java and options for it. */
  static List<String> command(Path javaHome, List<String> options, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(CharRnn.class.getName());
    Stream.of(args).map(Object::toString).forEach(command::add);
    return command;
  }

  /**
   * Returns a command whose process Ctrl-C can end. A script that starts the tests in the
   * background makes them ignore SIGINT, and so the programs that they start.
   */
  static List<String> interruptible(List<String> command) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.notExists(status)) {
      return command;
    }
    Matcher ignored = Pattern.compile("SigIgn:\\s*([0-9a-f]+)").matcher(Files.readString(status));
    boolean isIgnored = ignored.find() && (Long.parseUnsignedLong(ignored.group(1), 16) & 2) != 0;
    return isIgnored
        ? Stream.concat(Stream.of("env", "--default-signal=INT"), command.stream()).toList()
        : command;
  }

  /** Returns a process that can be started; its standard error goes to a file. */
  static ProcessBuilder builder(List<String> command, Path err) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(err.toFile());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3"); // only fatal errors
    return builder;
  }

  /** Returns the program's own messages in a file, without the log lines of TensorFlow. */
  static List<String> messages(Path err) throws IOException {
    try (Stream<String> lines = Files.lines(err)) {
      return lines.filter(line -> !line.matches("WARNING: All log.*|[IWE]0000 .*")).toList();
    }
  }

  /** Skips a test, with a message, where {@code unshare} cannot mount a small file system. */
  static void assumeMounts() throws InterruptedException {
    String reason = "a small file system cannot be mounted here (unshare -rm)";
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
