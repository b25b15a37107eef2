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
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives hostile values to every option of every command. The command succeeds, or one line says why
 * not; it writes nothing outside its own directory.
 */
class HostileOptionsTest {
  private static final List<String> VALUES =
      List.of("", "-1", "NaN", "2147483647", "99999999999999999999", "a\u0000b", "@pom.xml");

  /** Amounts of work, which can be meant to be large. */
  private static final Set<String> AMOUNTS =
      Set.of("--length", "--steps", "--epochs", "--rounds", "--sample-length");

  @TempDir private static Path directory;
  @TempDir private Path work;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(2));
    Run.of(training(directory.resolve("run"))).assertDone();
  }

  private static List<String> training(Path run) {
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

  /** The commands, with arguments that keep the work small. */
  private static Map<String, List<String>> commands(Path work) {
    String run = directory.resolve("run").toString();
    return Map.of(
        "train", training(work.resolve("new")),
        "lab", List.of("lab", "--run=" + work.resolve("new"), "--steps=1", "--listing=none"),
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
                    .filter(HostileOptionsTest::hasValue)
                    .map(OptionSpec::longestName)
                    .map(option -> Arguments.of(command.getKey(), option)));
  }

  private static boolean hasValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("optionsOfCommands")
  @Timeout(value = 2, unit = TimeUnit.MINUTES) // in case a command hangs
  void succeedsOrIsRejectedInOneLine(String command, String option) throws IOException {
    Set<Path> before = files(directory);
    for (String value : VALUES) {
      if (AMOUNTS.contains(option) && value.equals("2147483647")) {
        continue;
      }
      List<String> args = new ArrayList<>(commands(work).get(command));
      args.removeIf(arg -> arg.startsWith(option + "="));
      args.add(option + "=" + (isPath(option) ? work.resolve("paths") + "/" : "") + value);
      if (isPath(option) && value.contains("\u0000")) {
        continue; // Path.of rejects it, also in this test
      }
      Run run = Run.of(args);
      assertThat(run.exitCode()).as("%s: %s", args, run.err()).isBetween(0, 2);
      assertThat(run.err()).as("%s", args).noneMatch(line -> line.contains("Exception"));
      if (run.exitCode() != 0) {
        assertThat(run.err()).as("%s", args).last().asString().startsWith("charrnn: ");
      }
    }
    assertThat(files(directory)).isEqualTo(before);
  }

  /** Whether the value is a path that may be written, which is then in a directory of its own. */
  private static boolean isPath(String option) {
    return Set.of("--run", "--output", "--resume").contains(option);
  }

  private static Set<Path> files(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return new TreeSet<>(files.toList());
    }
  }
}
