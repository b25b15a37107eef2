package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the commands in the README and the guide, in their order, on a short text, with few steps
 * and short samples.
 */
class DocumentedCommandsIT {
  private static final Pattern COMMAND =
      Pattern.compile("^    (?:scripts/charrnn |mvn (?:-q )?exec:java -Dexec.args=)(.*)$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  /** Options whose values are replaced to make the commands quick. */
  private static final List<String> AMOUNTS = List.of("--steps", "--save-every", "--length");

  /** Enough to measure a slow machine, and for some steps. */
  private static final String MINUTES = "0.4";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "src/site/markdown/guide.md"})
  void commandsOfDocumentSucceed(Path document) throws IOException {
    Path text = directory.resolve("data/tinyshakespeare/input.txt");
    Files.createDirectories(text.getParent());
    Files.createDirectories(directory.resolve("models"));
    // Capitals for primes such as "ROMEO:", and enough text for a batch of validation.
    Files.writeString(text, ("ROMEO:\n" + LabText.SENTENCE + "\n").repeat(1300));
    Path headers = Files.createDirectories(directory.resolve("usr/include/linux"));
    Files.copy(text, headers.resolve("text.h"));
    Files.copy(text, directory.resolve("sonnets.txt"));
    Files.writeString(directory.resolve("primes.txt"), "ROMEO:\n\nif you\n");

    List<String> commands = commands(document);
    assertThat(commands).hasSizeGreaterThan(3);
    int steps = 2;
    for (String command : commands) {
      if (command.contains("--resume")) {
        steps++; // takes another step
      }
      Run run = Run.of(arguments(command, steps));
      assertThat(run.exitCode()).as("%s: %s", command, run.err()).isZero();
    }
  }

  /** The goal compiles first; see the profile {@code exec} in the pom. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "src/site/markdown/guide.md",
        "src/site/markdown/decisions.md",
        "notebooks/lab-12-4.ipynb",
        ".ci/run"
      })
  void labIsTrainedWithSingleGoal(Path document) throws IOException {
    assertThat(Files.readString(document))
        .contains("exec:java -Dexec.args=train")
        .doesNotContain("compile exec:java");
  }

  @Test
  void readmeTrainsLabWithOneCommand() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md")))
        .contains("    mvn exec:java -Dexec.args=train");
  }

  private static List<String> commands(Path document) throws IOException {
    try (Stream<String> lines = Files.lines(document)) {
      return lines
          .map(COMMAND::matcher)
          .filter(Matcher::matches)
          .map(command -> command.group(1))
          .filter(command -> !command.contains("--engine spark")) // is not in this build
          .toList();
    }
  }

  private List<String> arguments(String command, int steps) {
    List<String> words = words(command);
    if (words.size() == 1) { // all arguments are in the quotes of -Dexec.args
      words = words(words.get(0));
    }
    List<String> arguments = new ArrayList<>();
    for (String word : words) {
      boolean isAmount =
          !arguments.isEmpty() && AMOUNTS.contains(arguments.get(arguments.size() - 1));
      boolean isPath =
          word.matches("(runs|models|data|/usr)/.*|curves\\.svg|(sonnets|primes)\\.txt");
      boolean isTime =
          !arguments.isEmpty() && arguments.get(arguments.size() - 1).equals("--minutes");
      String path = directory.resolve(word.replaceFirst("^/", "")).toString();
      arguments.add(isAmount ? "" + steps : isTime ? MINUTES : isPath ? path : word);
    }
    boolean isTraining = arguments.get(0).matches("train|lab");
    if (isTraining && !arguments.contains("--resume")) {
      if (!arguments.contains("--steps") && !arguments.contains("--minutes")) {
        arguments.addAll(List.of("--steps", "" + steps));
      }
      if (!arguments.contains("--run")) {
        arguments.addAll(List.of("--run", directory.resolve("runs/lab-12-4").toString()));
      }
    }
    return arguments;
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }
}
