package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;

/** The exit code and the output of the program, run in this JVM. */
public record Run(int exitCode, List<String> out, List<String> err) {
  /** Runs the program. */
  public static Run of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        CharRnn.execute(
            CharRnn.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true)),
            Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new Run(exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }

  /** Runs the program with the arguments of a list. */
  public static Run of(List<?> args) {
    return of(args.toArray());
  }

  /** Asserts that the program succeeded. */
  public Run assertDone() {
    assertThat(exitCode).as("%s", err).isEqualTo(ExitCodes.DONE);
    return this;
  }

  /** Asserts that the program rejected its input in one line and printed nothing else. */
  public void assertRejected(String... partsOfMessage) {
    assertThat(exitCode).as("%s", err).isEqualTo(ExitCodes.BAD_INPUT);
    assertThat(out).isEmpty();
    assertThat(err).singleElement().asString().startsWith("charrnn: ");
    for (String part : partsOfMessage) {
      assertThat(err.get(0)).contains(part);
    }
  }
}
