package org.charrnn.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What the program returned and printed, run in this JVM. */
record Run(int exitCode, List<String> out, List<String> err) {
  static Run of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        CharRnn.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Run(exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }
}
