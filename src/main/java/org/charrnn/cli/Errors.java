package org.charrnn.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.charrnn.InputException;
import org.charrnn.engine.EngineException;
import org.charrnn.train.LabTraining.DivergedException;
import org.tensorflow.exceptions.TensorFlowException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line on standard error and an exit code. */
final class Errors {
  private Errors() {}

  /** Says what is wrong with the arguments and where to read what is right. */
  static int badArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, e.getMessage() + "; see " + name + " --help");
    return ExitCodes.BAD_INPUT;
  }

  /** Says why a command did not do its work. */
  static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    boolean expected =
        e instanceof InputException
            || e instanceof IOException
            || e instanceof DivergedException
            || e instanceof EngineException
            || e instanceof TensorFlowException;
    if (!expected) {
      throw e; // a defect of this program: its stack trace is what helps
    }
    print(command, e.getMessage());
    return e instanceof InputException ? ExitCodes.BAD_INPUT : ExitCodes.WORK_FAILED;
  }

  /** Runs the program; if Java's memory does not do, one line says so. */
  static int tellingLackOfMemory(IntSupplier program) {
    try {
      return program.getAsInt();
    } catch (OutOfMemoryError e) {
      System.err.printf(
          Locale.ROOT,
          "charrnn: Java's memory, %,d MB, is too small; set JAVA_TOOL_OPTIONS=-Xmx8g, for 8 GB, or"
              + " give it less to do%n",
          Runtime.getRuntime().maxMemory() >> 20);
      return ExitCodes.WORK_FAILED;
    }
  }

  private static void print(CommandLine command, String message) {
    String line = message.lines().findFirst().orElse("").strip();
    command.getErr().println("charrnn: " + line);
    command.getErr().flush();
  }
}
