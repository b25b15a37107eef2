package org.charrnn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.charrnn.cli.options.ConfigFile;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Prepares the arguments of the program: reads {@code --config}, resolves the lab's alias. */
final class Arguments {
  /** Options of both commands with which {@code train} is not the lab. */
  private static final Set<String> OF_TRAIN = Set.of("--resume", "--help", "-h");

  private Arguments() {}

  /**
   * Returns the arguments as the command line parses them.
   *
   * @throws org.charrnn.InputException if the file of {@code --config} is not valid
   */
  static String[] prepare(CommandLine program, String... arguments) {
    Map<String, CommandLine> commands = program.getSubcommands();
    if (arguments.length == 0 || !commands.containsKey(arguments[0])) {
      return arguments;
    }
    String name = arguments[0];
    List<String> given = List.of(arguments).subList(1, arguments.length);
    if (commands.get(name).getCommandSpec().findOption("--config") == null) {
      return arguments;
    }
    Optional<ConfigFile> config = ConfigFile.read(given);
    CommandSpec lab = commands.get("lab").getCommandSpec();
    if (name.equals("train")
        && isLab(lab, given)
        && config.map(file -> file.isFor(lab)).orElse(true)) {
      name = "lab";
    }
    CommandSpec command = commands.get(name).getCommandSpec();
    List<String> prepared = new ArrayList<>(List.of(name));
    prepared.addAll(given);
    config.ifPresent(file -> prepared.addAll(file.options(command, given)));
    return prepared.toArray(String[]::new);
  }

  /** Without a text to train on, {@code train} is the lab if the lab has all its options. */
  private static boolean isLab(CommandSpec lab, List<String> given) {
    return given.stream()
        .filter(argument -> argument.matches("(?s)--?[A-Za-z].*")) // not a negative number
        .map(argument -> argument.split("=", 2)[0])
        .allMatch(option -> lab.findOption(option) != null && !OF_TRAIN.contains(option));
  }
}
