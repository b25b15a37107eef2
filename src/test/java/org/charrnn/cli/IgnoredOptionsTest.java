package org.charrnn.cli;

import static java.util.Map.entry;
import static org.charrnn.cli.CommandExamples.minus;
import static org.charrnn.cli.CommandExamples.plus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.charrnn.cli.options.SettingOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options that would have no effect are rejected, with the reason. */
class IgnoredOptionsTest {
  private static final Set<String> OF_ALL_COMMANDS = Set.of("--help", "--version");

  /** Valid values of options for which 1 is not valid. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          entry("--cell", "gru"),
          entry("--level", "word"),
          entry("--encoding", "UTF-16"),
          entry("--malformed", "replace"),
          entry("--newlines", "keep"),
          entry("--normalize", "nfc"),
          entry("--kernel", "fused"),
          entry("--precision", "bfloat16"),
          entry("--dropout", "0.5"),
          entry("--decay", "epochs"),
          entry("--validation", "0.5"),
          entry("--validation-from", "end"),
          entry("--vocabulary-size", "9"),
          entry("--listing", "none"));

  @TempDir private static Path directory;
  private static Path text;
  private static Path run;
  private static Path labRun;

  @BeforeAll
  static void trainModels() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), "to be or not to be ".repeat(20));
    run = directory.resolve("run");
    Run.of(training("--run=" + run)).assertDone();
    labRun = directory.resolve("lab");
    Run.of("lab", "--run=" + labRun, "--steps=1", "--listing=none").assertDone();
  }

  private static List<String> training(String... more) {
    List<String> args = List.of("train", "--data=" + text, "--steps=1", "--hidden=3");
    return plus(plus(args, "--batch-size=2", "--sequence-length=5", "--sample-length=0"), more);
  }

  private static CommandSpec spec(String command) {
    return CharRnn.commandLine().getSubcommands().get(command).getCommandSpec();
  }

  private static Stream<OptionSpec> options(String command) {
    return spec(command).options().stream()
        .filter(option -> !OF_ALL_COMMANDS.contains(option.longestName()));
  }

  /** Returns an option with a valid value, if it has one. */
  private static String withValue(OptionSpec option) {
    String name = option.longestName();
    return option.arity().max() == 0 ? name : name + "=" + VALUES.getOrDefault(name, "1");
  }

  // Spark

  @ParameterizedTest
  @ValueSource(strings = {"--master=local[2]", "--conf=a=b"})
  void sparkOptionsNeedEngineSpark(String option) {
    String reason = option.replaceFirst("=.*", "") + " needs --engine spark";
    Run.of(training("--dry-run", option)).assertRejected(reason);
    Run.of("train", "--resume", run, option).assertRejected(reason);
    Run.of("sample", run, option).assertRejected(reason);
    Run.of("evaluate", run, text, option).assertRejected(reason);
    Run.of("evaluate", run, text, "--each", option).assertRejected(reason);
  }

  @Test
  void singleTextIsNotComputedOnSpark() {
    Run.of("sample", run, "--engine=spark").assertRejected("--engine needs --primes");
    Run.of("evaluate", run, text, "--engine=spark").assertRejected("--engine needs --each");
  }

  // benchmark

  private static final List<String> WHAT = List.of("products", "training", "generation");

  private static boolean isUsed(String option, String what) {
    return switch (option) {
      case "--json", "--verbose" -> true;
      case "--threads" -> !what.equals("generation");
      case "--batch-size",
          "--sequence-length",
          "--kernel",
          "--shards",
          "--precision",
          "--profile" ->
          what.equals("training");
      case "--count" -> what.equals("generation");
      case "--cell",
          "--hidden",
          "--layers",
          "--embedding",
          "--tie-embeddings",
          "--vocabulary-size" ->
          !what.equals("products");
      case "--rounds", "--steps", "--by-turns" -> !what.equals("products");
      default -> throw new AssertionError(option + " is not in this test");
    };
  }

  /** Every combination of what is measured, with every option. */
  static Stream<Arguments> benchmarks() {
    return Stream.iterate(1, set -> set < 1 << WHAT.size(), set -> set + 1)
        .map(set -> WHAT.stream().filter(what -> (set >> WHAT.indexOf(what) & 1) == 1).toList())
        .flatMap(what -> options("benchmark").map(option -> Arguments.of(what, option)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("benchmarks")
  void benchmarkRejectsOptionsOfOtherMeasurements(List<String> what, OptionSpec option) {
    List<String> args = new ArrayList<>(List.of("benchmark"));
    args.addAll(what);
    args.add(withValue(option));
    String name = option.longestName();
    if (what.stream().noneMatch(one -> isUsed(name, one))) {
      Run.of(args).assertRejected(name + " is not used by benchmark " + String.join(" ", what));
    } else { // another mistake ends the command before it measures
      String invalid = what.contains("generation") ? "--hidden" : "--threads";
      Run.of(plus(minus(args, invalid), invalid + "=0"))
          .assertRejected(invalid + " must be from 1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json", "--rounds=1", "--steps=1", "--profile"})
  void byTurnsRejectsOptionsOfRounds(String option) {
    Run.of("benchmark", "training", "--by-turns", option)
        .assertRejected(option.replaceFirst("=.*", "") + " cannot be used with --by-turns");
  }

  // sample

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--temperature=0.5",
        "--top-k=2",
        "--top-p=0.5",
        "--whitespace",
        "--greedy",
        "--count=2",
        "--seed=2"
      })
  void beamSearchRejectsSamplingOptions(String option) {
    Run.of("sample", run, "--beam=2", option)
        .assertRejected(option.replaceFirst("=.*", "") + " cannot be used with --beam");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--temperature=0.5", "--top-k=2", "--top-p=0.5", "--whitespace"})
  void greedyRejectsSamplingOptions(String option) {
    Run.of("sample", run, "--greedy", option)
        .assertRejected(option.replaceFirst("=.*", "") + " cannot be used with --greedy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--top-k=2", "--top-p=0.5", "--whitespace"})
  void temperatureZeroRejectsSamplingOptions(String option) {
    Run.of("sample", run, "--temperature=0", option)
        .assertRejected(option.replaceFirst("=.*", "") + " cannot be used with --temperature 0");
  }

  /** The first token of a text without a prime is sampled even so. */
  @Test
  void greedyTextWithPrimeRejectsSeed() throws IOException {
    Run.of("sample", run, "--greedy", "--prime=to", "--seed=3")
        .assertRejected("--seed has no effect with --greedy and a prime");
    Run.of("sample", run, "--temperature=0", "--prime=to", "--seed=3", "--json")
        .assertRejected("--seed has no effect with --temperature 0 and a prime");
    Run.of("sample", run, "--greedy", "--seed=3", "--length=2").assertDone();
    Path primes = Files.writeString(directory.resolve("primes.txt"), "to\nbe\n");
    Run.of("sample", run, "--greedy", "--primes=" + primes, "--seed=3", "--length=2")
        .assertRejected("--seed has no effect with --greedy and a prime");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--prime=to", "--prime-file=x", "--beam=2"})
  void primesRejectOtherPrimesAndBeamSearch(String option) {
    Run.of("sample", run, "--primes=" + text, option)
        .assertRejected(option.replaceFirst("=.*", "") + " cannot be used with --primes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-repeat=2", "--length-penalty=2"})
  void samplingRejectsOptionsOfBeamSearch(String option) {
    Run.of("sample", run, "--until=e", option)
        .assertRejected(option.replaceFirst("=.*", "") + " needs --beam");
  }

  @Test
  void lengthPenaltyNeedsTextsOfDifferentLengths() {
    Run.of("sample", run, "--prime=to", "--beam=2", "--length-penalty=2")
        .assertRejected("--length-penalty needs --until");
  }

  @Test
  void probabilitiesNeedJson() {
    Run.of("sample", run, "--probabilities").assertRejected("--probabilities needs --json");
  }

  // train and lab

  @Test
  void constantLearningRateRejectsDecayAfter() {
    Run.of(training("--dry-run", "--decay-rate=1", "--decay-after=2"))
        .assertRejected("--decay-after has no effect with --decay-rate 1");
    Run.of(training("--dry-run", "--decay-rate=0.9", "--decay-after=2")).assertDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--decay-rate=0.9", "--decay-rate=1", "--decay-after=2"})
  void cosineRejectsSettingsOfDecayByEpochs(String option) {
    Run.of(training("--dry-run", "--decay=cosine", option))
        .assertRejected(option.replaceFirst("=.*", ""), "cosine");
    Run.of(training("--dry-run", "--decay=epochs", option)).assertDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--patience=2", "--validation-from=end"})
  void optionsOfValidationNeedValidation(String option) {
    String name = option.replaceFirst("=.*", "");
    Run.of(training("--dry-run", "--validation=0", option)).assertRejected(name, "validation");
    Run.of(training("--dry-run", option))
        .assertRejected(name + " needs a validation, but that is 0 by default for so short a text");
    Run.of(training("--dry-run", "--validation=0.1", option)).assertDone();
  }

  @Test
  void excludeNeedsDirectory() throws IOException {
    String reason = "exclude patterns select files in directories, but only files are given";
    Run.of(training("--dry-run", "--exclude=*.txt")).assertRejected(reason, text.toString());
    Run.of("evaluate", run, text, "--exclude=*.txt").assertRejected(reason, text.toString());
    Run.of("evaluate", run, directory + "/te*.txt", "--exclude=*.md").assertDone();
    Run.of("train", "--resume", run, "--exclude=*.txt")
        .assertRejected("--exclude is for the directories of --data");
  }

  @Test
  void separatorNeedsSeveralFiles() {
    String reason = "--separator is inserted between files, but only " + text + " is given";
    Run.of(training("--dry-run", "--separator=x")).assertRejected(reason);
    Run.of("evaluate", run, text, "--separator=x").assertRejected(reason);
    Run.of("evaluate", run, directory + "/te*.txt", "--separator= ").assertDone();
    Run.of("evaluate", run, text, text, "--each", "--separator= ")
        .assertRejected("--separator cannot be used with --each");
  }

  @Test
  void rawIsForText() {
    Run.of("sample", run, "--primes=" + text, "--raw")
        .assertRejected("--raw cannot be used with --primes");
  }

  @Test
  void includeNeedsDirectory() throws IOException {
    String reason = "include patterns select files in directories, but only files are given";
    Run.of(training("--dry-run", "--include=*.txt")).assertRejected(reason, text.toString());
    Run.of("evaluate", run, text, "--include=*.txt").assertRejected(reason, text.toString());
    Run.of("evaluate", run, directory + "/te*.txt", "--include=*.txt").assertDone();
    Run.of("train", "--resume", run, "--include=*.txt")
        .assertRejected("--include is for the directories of --data");
  }

  @ParameterizedTest
  @CsvSource({"--encoding, UTF-16", "--malformed, replace", "--newlines, keep", "--normalize, nfc"})
  void labSentenceRejectsTextFormat(String option, String value) {
    Run.of("lab", "--dry-run", option, value)
        .assertRejected(option + " is for the file of --text; give that, too");
  }

  /** Options that are used with {@code --resume}; the other ones are settings. */
  private static final Set<String> OF_RESUME =
      Set.of(
          "--resume",
          "--text",
          "--listing",
          "--data",
          "--include",
          "--exclude",
          "--dry-run",
          "--verbose",
          "--engine",
          "--master",
          "--conf");

  private static boolean isFixed(String command, String option) {
    SettingOptions settings = ((SettingsCommand) spec(command).userObject()).settings();
    return !OF_RESUME.contains(option) && !settings.resumable().contains(option.substring(2));
  }

  static Stream<Arguments> fixedOptions() {
    return Stream.of("lab", "train")
        .flatMap(
            command ->
                options(command)
                    .filter(option -> isFixed(command, option.longestName()))
                    .map(option -> Arguments.of(command, option)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("fixedOptions")
  void resumeRejectsFixedOptions(String command, OptionSpec option) throws IOException {
    String name = option.longestName();
    Path resumed = command.equals("lab") ? labRun : run;
    if (name.equals("--config")) {
      Path config = Files.writeString(directory.resolve("config.json"), "{\"hidden\": 3}");
      Run.of(command, "--resume", resumed, name, config)
          .assertRejected("--config cannot be used with --resume");
    } else {
      Run.of(command, "--resume", resumed, withValue(option))
          .assertRejected(name + " cannot be changed by --resume", "--init-from");
    }
  }

  @Test
  void resumeSaysWhetherAndHowANewRunCanChangeAnOption() {
    for (Object[] commandAndRun : new Object[][] {{"lab", labRun}, {"train", run}}) {
      Run.of(commandAndRun[0], "--resume", commandAndRun[1], "--hidden=7")
          .assertRejected(
              "--hidden cannot be changed by --resume, nor by --init-from, since the weights depend"
                  + " on it; start a new run without either option");
      Run.of(commandAndRun[0], "--resume", commandAndRun[1], "--seed=7")
          .assertRejected(
              "--seed cannot be changed by --resume; a new run with --init-from starts from the"
                  + " weights, but without Adam's moments, the position in the text and the history");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--steps=2", "--threads=1", "--verbose"})
  void resumeAcceptsOtherOptions(String option) {
    Run.of("lab", "--resume", labRun, "--listing=none", "--dry-run", option).assertDone();
    Run.of("train", "--resume", run, "--dry-run", option).assertDone();
  }

  static Stream<Arguments> optionsOfOneCommand() {
    return Stream.of(List.of("lab", "train"), List.of("train", "lab"))
        .flatMap(
            commands ->
                options(commands.get(0))
                    .filter(o -> spec(commands.get(1)).findOption(o.longestName()) == null)
                    .map(option -> Arguments.of(commands.get(0), option, commands.get(1))));
  }

  @ParameterizedTest(name = "{1} of {0} given to {2}")
  @MethodSource("optionsOfOneCommand")
  void optionOfOtherCommandNamesThatCommand(String owner, OptionSpec option, String command) {
    List<String> args = command.equals("lab") ? List.of(command) : training();
    Run.of(plus(args, withValue(option)))
        .assertRejected(option.longestName() + " is an option of charrnn " + owner);
  }
}
