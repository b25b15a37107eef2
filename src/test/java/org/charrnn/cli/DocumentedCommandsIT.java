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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The program's commands in the README and the guide, in the order in which a reader meets them, on
 * a short text, with few steps and short samples.
 */
class DocumentedCommandsIT {
  private static final Pattern COMMAND =
      Pattern.compile("^    (?:scripts/charrnn |mvn .*exec:java -Dexec.args=)(.*)$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  /** What makes a command quick; the option is another number then, but it is there. */
  private static final List<String> STEPS = List.of("--steps", "--save-every", "--length");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "src/site/markdown/guide.md"})
  void eachOfThemWorks(Path document) throws IOException {
    Path text = directory.resolve("data/tinyshakespeare/input.txt");
    Files.createDirectories(text.getParent());
    Files.createDirectories(directory.resolve("models"));
    // Capitals for primes such as "ROMEO:", and validation has room for a batch.
    Files.writeString(text, ("ROMEO:\n" + LabText.SENTENCE + "\n").repeat(1300));
    Path headers = Files.createDirectories(directory.resolve("usr/include/linux"));
    Files.copy(text, headers.resolve("text.h"));

    List<String> commands = commands(document);
    assertThat(commands).hasSizeGreaterThan(3);
    int steps = 2;
    for (String command : commands) {
      if (command.contains("--resume")) {
        steps++; // goes on
      }
      Run run = Run.of(List.of(arguments(command, steps)));
      assertThat(run.exitCode()).as("%s: %s", command, run.err()).isZero();
    }
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

  private String[] arguments(String command, int steps) {
    List<String> words = words(command);
    if (words.size() == 1) { // quoted for Maven
      words = words(words.get(0));
    }
    List<String> arguments = new ArrayList<>();
    for (String word : words) {
      boolean isNumber =
          !arguments.isEmpty() && STEPS.contains(arguments.get(arguments.size() - 1));
      boolean isPath = word.matches("(runs|models|data|/usr)/.*|curves\\.svg");
      String path = directory.resolve(word.replaceFirst("^/", "")).toString();
      arguments.add(isNumber ? "" + steps : isPath ? path : word);
    }
    if (arguments.get(0).equals("train") && !arguments.contains("--resume")) {
      if (!arguments.contains("--steps")) {
        arguments.addAll(List.of("--steps", "" + steps));
      }
      if (!arguments.contains("--run")) {
        arguments.addAll(List.of("--run", directory.resolve("runs/lab-12-4").toString()));
      }
    }
    return arguments.toArray(String[]::new);
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }
}
