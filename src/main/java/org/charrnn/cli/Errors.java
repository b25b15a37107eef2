package org.charrnn.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.charrnn.InputException;
import org.charrnn.engine.EngineException;
import org.charrnn.settings.SettingException;
import org.charrnn.train.DivergedException;
import org.tensorflow.exceptions.TensorFlowException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns an error into one line on standard error and an exit code. */
final class Errors {
  private static final Pattern OPTION = Pattern.compile("Unknown options?: '(--[a-z-]+)");

  private Errors() {}

  /** Reports invalid arguments. */
  static int badArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, e.getMessage() + otherCommand(e) + "; see " + name + " --help");
    return ExitCodes.BAD_INPUT;
  }

  /** Returns the end of a message that names another command with the unknown option, if any. */
  private static String otherCommand(ParameterException e) {
    CommandLine program = e.getCommandLine().getParent();
    Matcher matcher = OPTION.matcher(e.getMessage());
    if (program == null || !(e instanceof UnmatchedArgumentException) || !matcher.find()) {
      return "";
    }
    String option = matcher.group(1);
    Optional<String> other =
        program.getSubcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(command -> command.findOption(option) != null)
            .map(command -> command.qualifiedName())
            .findFirst();
    return other.map(name -> "; %s is an option of %s".formatted(option, name)).orElse("");
  }

  /** Reports invalid input that was found before a command ran. */
  static int badInput(CommandLine program, InputException e) {
    print(program, e.getMessage());
    return ExitCodes.BAD_INPUT;
  }

  /** Reports why a command failed. */
  static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (e instanceof SettingException setting) {
      boolean isOption = command.getCommandSpec().findOption("--" + setting.setting()) != null;
      print(command, (isOption ? "--" : "") + e.getMessage());
      return ExitCodes.BAD_INPUT;
    }
    boolean expected =
        e instanceof InputException
            || e instanceof IOException
            || e instanceof DivergedException
            || e instanceof EngineException
            || e instanceof TensorFlowException;
    if (!expected) {
      throw e; // a defect of this program, for which the stack trace is needed
    }
    print(command, e.getMessage());
    return e instanceof InputException ? ExitCodes.BAD_INPUT : ExitCodes.WORK_FAILED;
  }

  /** Runs the program; if Java's heap is too small, prints one line that says so. */
  static int reportingLackOfMemory(IntSupplier program) {
    try {
      return program.getAsInt();
    } catch (OutOfMemoryError e) {
      System.err.printf(
          Locale.ROOT,
          "charrnn: Java's heap of %,d MB is too small; set JAVA_TOOL_OPTIONS=-Xmx8g for 8 GB, or"
              + " reduce the work%n",
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
