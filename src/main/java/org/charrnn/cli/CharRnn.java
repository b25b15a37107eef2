package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.text.Level;
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
    exitCodeList = {"0:done", "1:the work failed", "2:bad arguments or input"})
public final class CharRnn implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  /** The program's command line, ready to run; text goes out as UTF-8 whatever the locale. */
  static CommandLine commandLine() {
    return new CommandLine(new CharRnn())
        .setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8)) // sees its errors
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setExpandAtFiles(false) // a prime may begin with @
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Level.class, CharRnn::level)
        .registerConverter(Charset.class, CharRnn::encoding)
        .registerConverter(Path.class, CharRnn::path)
        .setParameterExceptionHandler(Errors::badArguments)
        .setExecutionExceptionHandler(Errors::failed);
  }

  private static Level level(String value) {
    try {
      return Level.of(value.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "'%s' is no name of a file: %s".formatted(value, e.getReason()));
    }
  }

  private static Charset encoding(String value) {
    try {
      return Charset.forName(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "there is no encoding '%s'; give one such as UTF-8, UTF-16, windows-1252 or EUC-KR"
              .formatted(value));
    }
  }

  /**
   * Runs the program.
   *
   * @param args a command and its options; {@code --help} lists them
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // the program speaks English, with its digits
    int exitCode = Errors.tellingLackOfMemory(() -> commandLine().execute(args));
    if (exitCode != ExitCodes.DONE) { // else return, so that Maven can say BUILD SUCCESS
      System.exit(exitCode);
    }
  }
}
