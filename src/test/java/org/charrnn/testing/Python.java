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
 * A Python interpreter with TensorFlow, for tests that check Java's output in Python, or with
 * PyTorch, for tests of the comparisons. {@code scripts/python_env.py} creates its environment on
 * first use with the interpreter in the environment variable {@code CHARRNN_PYTHON}, or {@code
 * python3} by default.
 *
 * <p>If the environment cannot be created, a test that needs it fails in CI (when the variable
 * {@code CI} is {@code true}). Elsewhere the test is skipped, and a banner shows the reason.
 */
public final class Python {
  /** Longer than the longest process, the download of TensorFlow; a slower process has hung. */
  private static final int TIMEOUT_MINUTES = 30;

  private static final Path SETUP_SCRIPT = Path.of("scripts", "python_env.py");

  private final String interpreter;
  private final String problem; // why there is no interpreter, or null

  private Python(String interpreter, String problem) {
    this.interpreter = interpreter;
    this.problem = problem;
  }

  /** The version of TensorFlow in a Python environment. */
  public enum Version {
    /** The version that TensorFlow-Java is built with. */
    TESTS,
    /** The newest version. */
    NEWEST
  }

  /** The environments requested so far by purpose; each is set up once. */
  private static final Map<String, Python> INTERPRETERS = new ConcurrentHashMap<>();

  /** The exit code and the output of a script. */
  public record Result(int exitCode, String out, String err) {}

  /** Returns a Python with TensorFlow-Java's version of TensorFlow, or aborts the test. */
  public static Python get() {
    return get(Version.TESTS);
  }

  /** Returns a Python with the given version of TensorFlow, or aborts the test. */
  public static Python get(Version version) {
    return forPurpose(version.name().toLowerCase(Locale.ROOT));
  }

  /** Returns a Python with PyTorch and matplotlib, or aborts the test. */
  public static Python withTorch() {
    return forPurpose("compare");
  }

  /** Returns the Python of a purpose of {@code scripts/python_env.py}, or aborts the test. */
  private static Python forPurpose(String purpose) {
    Python python = INTERPRETERS.computeIfAbsent(purpose, Python::setUp);
    String problem = python.problem;
    if (problem != null) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(problem);
      }
      Assumptions.abort(problem);
    }
    return python;
  }

  /** Runs a script and waits for it. */
  public Result run(Path script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(interpreter, script.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return execute(command, line -> {});
  }

  private static Python setUp(String purpose) {
    String interpreter = System.getenv("CHARRNN_PYTHON");
    if (interpreter == null) {
      interpreter = File.separatorChar == '\\' ? "python" : "python3";
    }
    try {
      Result result =
          execute(List.of(interpreter, SETUP_SCRIPT.toString(), purpose), System.err::println);
      if (result.exitCode() == 0) {
        return new Python(result.out().strip(), null);
      }
      return unavailable(result.err().lines().reduce("", (first, last) -> last));
    } catch (IOException e) {
      return unavailable(e.getMessage());
    }
  }

  private static Python unavailable(String problem) {
    System.err.printf(
        """

        ################################################################################
        #
        #  NO PYTHON: tests that check results in Python are skipped, or fail in CI.
        #  %s
        #  Install Python 3.9 to 3.12, or set the variable CHARRNN_PYTHON to one.
        #
        ################################################################################

        """,
        problem);
    return new Python(null, "no Python for this test: " + problem);
  }

  private static Result execute(List<String> command, Consumer<String> onErrorLine)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    builder.environment().put("CUDA_VISIBLE_DEVICES", ""); // CPU only, to round as Java does
    builder.environment().put("PYTHONUTF8", "1");
    Process process = builder.start();
    CompletableFuture.delayedExecutor(TIMEOUT_MINUTES, TimeUnit.MINUTES)
        .execute(process::destroyForcibly);
    var out = CompletableFuture.supplyAsync(() -> read(process.inputReader(UTF_8), line -> {}));
    String err = read(process.errorReader(UTF_8), onErrorLine);
    return new Result(process.onExit().join().exitValue(), out.join(), err);
  }

  private static String read(BufferedReader reader, Consumer<String> onLine) {
    return reader.lines().peek(onLine).collect(Collectors.joining("\n"));
  }
}
