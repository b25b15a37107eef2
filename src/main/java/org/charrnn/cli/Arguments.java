package org.charrnn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.charrnn.cli.options.ConfigFile;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Prepares the arguments of the program: reads {@code --config}, resolves the lab's alias. */
final class Arguments {
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
    List<String> options = List.of(arguments).subList(1, arguments.length);
    CommandSpec lab = commands.get("lab").getCommandSpec();
    if (name.equals("train") && isLab(lab, options)) {
      name = "lab";
    }
    List<String> prepared = new ArrayList<>(List.of(name));
    prepared.addAll(ConfigFile.expand(commands.get(name).getCommandSpec(), options));
    return prepared.toArray(String[]::new);
  }

  /** Without a text to train on, {@code train} is the lab: all its options are the lab's. */
  private static boolean isLab(CommandSpec lab, List<String> options) {
    return options.stream()
        .filter(option -> option.startsWith("-"))
        .map(option -> option.split("=", 2)[0])
        .allMatch(
            option ->
                lab.findOption(option) != null
                    && !option.equals("--resume")
                    && !option.equals("--help"));
  }
}
