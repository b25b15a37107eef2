package org.charrnn.cli.options;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.charrnn.InputException;
import picocli.CommandLine.Model.CommandSpec;

/** The options that were given on the command line, to reject those that would be ignored. */
public final class GivenOptions {
  private final CommandSpec command;

  public GivenOptions(CommandSpec command) {
    this.command = command;
  }

  /** Whether an option was given, such as {@code --seed}. */
  public boolean has(String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** The value of an option as it was typed, or null. */
  String value(String option) {
    return command.commandLine().getParseResult().matchedOptionValue(option, null);
  }

  /** The long names of all options that were given, in the order of the command's options. */
  private List<String> all() {
    return command.commandLine().getParseResult().matchedOptions().stream()
        .map(option -> option.longestName())
        .distinct()
        .toList();
  }

  /**
   * Rejects options that would be ignored.
   *
   * @param reason follows the name of the option, such as {@code needs --engine spark}
   * @throws InputException if one of the options was given
   */
  public void rejectAny(String reason, String... options) {
    Stream.of(options)
        .filter(this::has)
        .findFirst()
        .ifPresent(
            option -> {
              throw new InputException(option + " " + reason);
            });
  }

  /**
   * Rejects all options but some.
   *
   * @param reason follows the name of the option
   * @throws InputException if another option was given
   */
  public void rejectAllBut(Set<String> allowed, String reason) {
    all().stream()
        .filter(option -> !allowed.contains(option))
        .findFirst()
        .ifPresent(
            option -> {
              throw new InputException(option + " " + reason);
            });
  }
}
