package org.charrnn.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * The Python that reads what Java wrote. {@code scripts/python_env.py} makes it at first use, from
 * the interpreter that the environment variable {@code CHARRNN_PYTHON} names, else {@code python3}.
 *
 * <p>Where it cannot be made, a test that asks for it fails under CI (the variable {@code CI} is
 * {@code true}); elsewhere it is skipped, with a reason that is hard to overlook.
 */
public final class Python {
  /** A process that takes longer hangs; the longest is the download of TensorFlow. */
  private static final int LIMIT_MINUTES = 30;

  private static final Path SETUP = Path.of("scripts", "python_env.py");

  private final String interpreter;
  private final String problem; // why there is no interpreter, or null

  private Python(String interpreter, String problem) {
    this.interpreter = interpreter;
    this.problem = problem;
  }

  /** Which TensorFlow a Python has. */
  public enum Version {
    /** The version that TensorFlow-Java is built on. */
    TESTS,
    /** The newest one. */
    NEWEST
  }

  /** Each is set up when first asked for, once. */
  private static final Map<Version, Python> PYTHONS = new ConcurrentHashMap<>();

  /** What a script left behind. */
  public record Result(int exitCode, String out, String err) {}

  /** Returns the Python with TensorFlow-Java's own version of TensorFlow, or ends the test. */
  public static Python get() {
    return get(Version.TESTS);
  }

  /** Returns a Python, or ends the test. */
  public static Python get(Version version) {
    Python python = PYTHONS.computeIfAbsent(version, Python::setUp);
    String problem = python.problem;
    if (problem != null) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(problem);
      }
      Assumptions.abort(problem);
    }
    return python;
  }

  /** Runs a script to its end. */
  public Result run(Path script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(interpreter, script.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return execute(command, line -> {});
  }

  private static Python setUp(Version version) {
    String purpose = version.name().toLowerCase(Locale.ROOT);
    String base = System.getenv("CHARRNN_PYTHON");
    if (base == null) {
      base = File.separatorChar == '\\' ? "python" : "python3";
    }
    try {
      Result result = execute(List.of(base, SETUP.toString(), purpose), System.err::println);
      if (result.exitCode() == 0) {
        return new Python(result.out().strip(), null);
      }
      return without(result.err().lines().reduce("", (first, last) -> last));
    } catch (IOException e) {
      return without(e.getMessage());
    }
  }

  private static Python without(String problem) {
    System.err.printf(
        """

        ################################################################################
        #
        #  NOTHING IS CHECKED IN PYTHON: its tests are skipped, or fail under CI.
        #  %s
        #  Install Python 3.9 to 3.12, or name one by the variable CHARRNN_PYTHON.
        #
        ################################################################################

        """,
        problem);
    return new Python(null, "no Python to check with: " + problem);
  }

  private static Result execute(List<String> command, Consumer<String> eachErrorLine)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    builder.environment().put("CUDA_VISIBLE_DEVICES", ""); // rounding as on the Java side
    builder.environment().put("PYTHONUTF8", "1");
    Process process = builder.start();
    CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES)
        .execute(process::destroyForcibly);
    var out = CompletableFuture.supplyAsync(() -> read(process.inputReader(UTF_8), line -> {}));
    String err = read(process.errorReader(UTF_8), eachErrorLine);
    return new Result(process.onExit().join().exitValue(), out.join(), err);
  }

  private static String read(BufferedReader reader, Consumer<String> eachLine) {
    return reader.lines().peek(eachLine).collect(Collectors.joining("\n"));
  }
}
