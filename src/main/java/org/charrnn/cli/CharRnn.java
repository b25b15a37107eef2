package org.charrnn.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.cli.options.Version;
import org.charrnn.train.Terminal;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The program: a command and its options. */
@Command(
    name = "charrnn",
    description = "Trains stacked character RNNs with TensorFlow-Java.",
    subcommands = {
      LabCommand.class,
      TrainCommand.class,
      SampleCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      PlotCommand.class,
      BenchmarkCommand.class,
      GenerateCompletion.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed",
      "2:bad arguments or input",
      "130:stopped by Ctrl-C"
    })
public final class CharRnn implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  /** Returns the program's command line; its output is UTF-8 in every locale. */
  static CommandLine commandLine() {
    CommandLine program = new CommandLine(new CharRnn());
    // --data takes several files; without this, a misspelled option would be one of them.
    program.getSubcommands().get("train").setUnmatchedOptionsAllowedAsOptionParameters(false);
    return program
        .setOut(new StandardStream(System.out, false, () -> Terminal.isTerminal(Terminal.OUT)))
        .setErr(
            StandardStream.escaped(
                new StandardStream(System.err, true, () -> Terminal.isTerminal(Terminal.ERR))))
        .setExpandAtFiles(false) // a prime can begin with @
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Path.class, CharRnn::path)
        .setParameterExceptionHandler(Errors::badArguments)
        .setExecutionExceptionHandler(Errors::failed);
  }

  private static Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "'%s' is not a file name: %s".formatted(value, e.getReason()));
    }
  }

  /**
   * Runs a command.
   *
   * @return the exit code
   */
  static int execute(CommandLine program, String... arguments) {
    String[] prepared;
    try {
      prepared = Arguments.prepare(program, arguments);
    } catch (InputException e) {
      return Errors.badInput(program, e);
    }
    return program.execute(prepared);
  }

  /**
   * Runs the program.
   *
   * @param args a command and its options; {@code --help} lists them
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // messages and numbers are in English
    int exitCode = Errors.reportingLackOfMemory(() -> execute(commandLine(), args));
    if (exitCode != ExitCodes.DONE) { // else return, so that Maven can print BUILD SUCCESS
      System.exit(exitCode);
    }
  }
}
