package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.train.LabText;

/**
 * Texts, small models, and arguments with which each command is quick.
 *
 * @param text the sentence many times
 * @param otherText fewer times
 * @param utf16Text the same as {@code text}, in UTF-16LE
 * @param malformedText {@code text} with a byte that is not UTF-8
 * @param texts a directory with the first two, as {@code a.txt} and {@code b.md}
 * @param run trained on {@code text}
 * @param unknownRun its vocabulary has an unknown token
 * @param labRun a run of the lab
 */
record CommandExamples(
    Path text,
    Path otherText,
    Path utf16Text,
    Path malformedText,
    Path texts,
    Path run,
    Path unknownRun,
    Path labRun) {
  /** Offset of the malformed byte. */
  static final int MALFORMED = 100;

  private static final int REPEATS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<List<String>, List<String>> OUTPUTS = new HashMap<>();

  private static final List<String> TINY_BENCHMARK =
      List.of(
          "--hidden=4",
          "--layers=1",
          "--vocabulary-size=5",
          "--batch-size=12",
          "--sequence-length=3",
          "--rounds=1",
          "--steps=1");

  /** Writes the texts and trains the models. */
  static CommandExamples create(Path directory) throws IOException {
    CommandExamples examples =
        new CommandExamples(
            directory.resolve("text.txt"),
            directory.resolve("other.txt"),
            directory.resolve("utf16.txt"),
            directory.resolve("malformed.txt"),
            directory.resolve("texts"),
            directory.resolve("run"),
            directory.resolve("unknown"),
            directory.resolve("lab"));
    examples.writeTexts();
    examples.train(examples.run, "--steps=20", "--save-every=10", "--validation=0.05");
    examples.train(examples.unknownRun, "--steps=1", "--min-count=" + (REPEATS + 1));
    Run.of("lab", "--run", examples.labRun, "--steps=2", "--listing=none").assertDone();
    return examples;
  }

  private void writeTexts() throws IOException {
    Files.writeString(text, LabText.SENTENCE.repeat(REPEATS));
    Files.writeString(otherText, LabText.SENTENCE.repeat(REPEATS - 10));
    Files.writeString(utf16Text, LabText.SENTENCE.repeat(REPEATS), UTF_16LE);
    byte[] bytes = Files.readAllBytes(text);
    bytes[MALFORMED] = (byte) 0xff;
    Files.write(malformedText, bytes);
    Files.createDirectory(texts);
    Files.copy(text, texts.resolve("a.txt"));
    Files.copy(otherText, texts.resolve("b.md"));
  }

  private void train(Path to, String... more) {
    List<String> args = List.of("train", "--data=" + text, "--run=" + to, "--hidden=16");
    Run.of(plus(plus(args, "--batch-size=8", "--sequence-length=10"), more)).assertDone();
  }

  /** Adds arguments. */
  static List<String> plus(List<String> args, String... more) {
    return Stream.concat(args.stream(), Stream.of(more)).toList();
  }

  /** Removes options that have a value after an equals sign, or none. */
  static List<String> minus(List<String> args, String... options) {
    return args.stream()
        .filter(arg -> !List.of(options).contains(arg.replaceFirst("=.*", "")))
        .toList();
  }

  /**
   * Returns arguments with which a command is quick: a dry run, or a small real run.
   *
   * @param directory where a picture is written
   */
  List<String> arguments(String command, Path directory) {
    return switch (command) {
      case "lab" -> List.of(command, "--dry-run");
      case "train" -> List.of(command, "--dry-run", "--data=" + text, "--validation=0.1");
      case "sample" -> List.of(command, run.toString(), "--prime=the");
      case "evaluate" -> List.of(command, run.toString(), text.toString());
      case "plot" -> List.of(command, run.toString(), "--output=" + directory.resolve("plot.svg"));
      case "benchmark" ->
          plus(List.of(command, "training", "--json"), TINY_BENCHMARK.toArray(String[]::new));
      default -> List.of(command);
    };
  }

  /** Replaces the text in arguments by the directory with two. */
  List<String> twoFiles(List<String> args) {
    return args.stream().map(arg -> arg.replace(text.toString(), texts.toString())).toList();
  }

  /** Returns arguments with which {@code lab} or {@code train} takes a step. */
  List<String> shortTraining(String command) {
    return command.equals("lab")
        ? List.of(command, "--steps=1", "--listing=none")
        : List.of(command, "--steps=1", "--data=" + text, "--hidden=16", "--sample-length=0");
  }

  /**
   * Returns the output of a command that succeeds, without measured times. It is run once for equal
   * arguments.
   */
  static List<String> output(List<String> args) throws IOException {
    List<String> known = OUTPUTS.get(args);
    if (known != null) {
      return known;
    }
    List<String> out = Run.of(args).assertDone().out();
    if (args.get(0).equals("benchmark") && args.contains("--json")) {
      out = withoutTimes(out);
    }
    OUTPUTS.put(args, out);
    return out;
  }

  private static List<String> withoutTimes(List<String> lines) throws IOException {
    List<String> stable = new ArrayList<>();
    for (String line : lines) {
      JsonNode json = JSON.readTree(line);
      String name = json.fieldNames().next();
      stable.add(name + " " + ((ObjectNode) json.get(name)).retain("job", "steps", "threads"));
    }
    return stable;
  }
}
