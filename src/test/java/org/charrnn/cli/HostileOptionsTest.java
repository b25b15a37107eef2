package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option of every command, also those yet to be added, with values that nobody means: the
 * work is done, or one line says why not; nothing else is written.
 */
class HostileOptionsTest {
  private static final List<String> VALUES =
      List.of("", "-1", "NaN", "2147483647", "99999999999999999999", "a\u0000b", "@pom.xml");

  /** How much is done: only a person can tell whether that much is meant. */
  private static final Set<String> AMOUNTS =
      Set.of("--length", "--steps", "--epochs", "--rounds", "--sample-length");

  @TempDir private static Path directory;
  @TempDir private Path work;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(2));
    Run run = Run.of(charRnn(directory.resolve("run")).toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
  }

  private static List<String> charRnn(Path run) {
    List<String> args = new ArrayList<>(List.of("train", "--data=" + directory + "/text.txt"));
    args.add("--run=" + run);
    args.addAll(
        List.of(
            "--steps=1",
            "--hidden=3",
            "--layers=1",
            "--batch-size=2",
            "--sequence-length=5",
            "--sample-length=0"));
    return args;
  }

  /** The commands, each with what makes it short. */
  private static Map<String, List<String>> commands(Path work) {
    String run = directory.resolve("run").toString();
    return Map.of(
        "train a char-rnn", charRnn(work.resolve("new")),
        "train the lab",
            List.of("train", "--run=" + work.resolve("new"), "--steps=1", "--listing=none"),
        "sample", List.of("sample", run, "--length=3"),
        "evaluate", List.of("evaluate", run, directory.resolve("text.txt").toString()),
        "inspect", List.of("inspect", run),
        "export", List.of("export", run, work.resolve("exported").toString()),
        "plot", List.of("plot", run, "--output=" + work.resolve("curve.svg")),
        "benchmark training",
            List.of("benchmark", "training", "--rounds=1", "--steps=1", "--hidden=3", "--layers=1"),
        "benchmark generation",
            List.of("benchmark", "generation", "--rounds=1", "--steps=1", "--hidden=3"));
  }

  static Stream<Arguments> optionsOfCommands() {
    return commands(directory).entrySet().stream()
        .flatMap(
            command ->
                CharRnn.commandLine()
                    .getSubcommands()
                    .get(command.getValue().get(0))
                    .getCommandSpec()
                    .options()
                    .stream()
                    .filter(HostileOptionsTest::takesAValue)
                    .map(OptionSpec::longestName)
                    .map(option -> Arguments.of(command.getKey(), option)));
  }

  private static boolean takesAValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("optionsOfCommands")
  @Timeout(value = 2, unit = TimeUnit.MINUTES) // a command that does not end
  void isDoneOrToldInOneLine(String command, String option) throws IOException {
    Set<Path> before = files(directory);
    for (String value : VALUES) {
      if (AMOUNTS.contains(option) && value.equals("2147483647")) {
        continue;
      }
      List<String> args = new ArrayList<>(commands(work).get(command));
      args.removeIf(arg -> arg.startsWith(option + "="));
      args.add(option + "=" + (isPath(option) ? work.resolve("places") + "/" : "") + value);
      if (isPath(option) && value.contains("\u0000")) {
        continue; // the test, too, has no such path
      }
      Run run = Run.of(args.toArray(String[]::new));
      assertThat(run.exitCode()).as("%s: %s", args, run.err()).isBetween(0, 2);
      assertThat(run.err()).as("%s", args).noneMatch(line -> line.contains("Exception"));
      if (run.exitCode() != 0) {
        assertThat(run.err()).as("%s", args).last().asString().startsWith("charrnn: ");
      }
    }
    assertThat(files(directory)).isEqualTo(before);
  }

  /** Where something may be written: below a place that nothing else is in. */
  private static boolean isPath(String option) {
    return Set.of("--run", "--output", "--resume").contains(option);
  }

  private static Set<Path> files(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return new TreeSet<>(files.toList());
    }
  }
}
