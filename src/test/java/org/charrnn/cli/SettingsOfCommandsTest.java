package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.minus;
import static org.charrnn.cli.CommandExamples.output;
import static org.charrnn.cli.CommandExamples.plus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.SettingValues;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * All options of all commands: the default in {@code --help} is the default in the code, and every
 * option has an effect.
 */
class SettingsOfCommandsTest {
  private static final Pattern DEFAULT = Pattern.compile("default: ([^,;)]+)");

  /** Options with a value, but without a default. */
  private static final Set<String> WITHOUT_DEFAULT =
      Set.of(
          "--text",
          "--data",
          "--include",
          "--exclude",
          "--init-from",
          "--resume",
          "--config",
          "--conf",
          "--prime-file",
          "--primes",
          "--until",
          "--minutes");

  /**
   * Defaults that cannot be typed, or not alone: {@code SparkEngineTest}, {@code
   * BenchmarkCommandTest}, {@code SampleCommandTest}, {@code EvaluateCommandTest}.
   */
  private static final Map<String, String> DESCRIBED_DEFAULTS =
      Map.of(
          "--master", "that of spark-submit",
          "benchmark --count", "1, then 64",
          "--no-repeat", "20 characters, 4 words",
          "--length-penalty", "1",
          "--window", "no windows");

  /** Options whose default applies where their value is null. */
  private static final Set<String> NULL_BY_DEFAULT = Set.of("--prime", "--output", "--seed");

  private static final Set<String> OF_TEXT =
      Set.of("--encoding", "--malformed", "--newlines", "--normalize");

  @TempDir private static Path directory;
  private static CommandExamples examples;

  @TempDir private Path work;

  @BeforeAll
  static void createExamples() throws IOException {
    examples = CommandExamples.create(directory);
  }

  private static CommandSpec spec(String command) {
    return CharRnn.commandLine().getSubcommands().get(command).getCommandSpec();
  }

  /** Returns each command with the long name of each of its options. */
  private static Stream<Arguments> options() {
    return CharRnn.commandLine().getSubcommands().keySet().stream()
        .flatMap(
            command ->
                spec(command).options().stream().map(o -> Arguments.of(command, o.longestName())));
  }

  private static Stream<Arguments> optionsWithValue() {
    return options()
        .filter(
            arguments -> {
              Object[] names = arguments.get();
              return spec((String) names[0]).findOption((String) names[1]).arity().max() > 0;
            });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("options")
  void optionHasEffect(String command, String option) throws IOException {
    Map<String, OptionEffects.Effect> effects = new OptionEffects(examples, work).of(command);
    assertThat(effects).as("OptionEffects has the options of " + command).containsKey(option);
    effects.get(option).check(command, option);
  }

  @Test
  void effectsAreOfExistingOptions() {
    for (String command : CharRnn.commandLine().getSubcommands().keySet()) {
      assertThat(spec(command).options().stream().map(OptionSpec::longestName))
          .containsAll(new OptionEffects(examples, work).of(command).keySet());
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("optionsWithValue")
  void defaultInHelpIsDefaultInCode(String command, String option) throws IOException {
    String help = help(command, option);
    Matcher matcher = DEFAULT.matcher(help);
    assertThat(matcher.find())
        .as("has a default: %s", help)
        .isEqualTo(!WITHOUT_DEFAULT.contains(option));
    String described =
        DESCRIBED_DEFAULTS.getOrDefault(
            command + " " + option, DESCRIBED_DEFAULTS.getOrDefault(option, ""));
    if (!described.isEmpty()) {
      assertThat(help).contains("default: " + described);
    } else if (!WITHOUT_DEFAULT.contains(option)) {
      assertIsDefault(command, option, matcher.group(1));
    }
  }

  /** Returns the paragraph of an option in {@code --help}, on one line. */
  private static String help(String command, String option) {
    Pattern start = Pattern.compile("  +(?:-\\w, )?(--[a-z-]+).*");
    StringBuilder paragraph = new StringBuilder();
    boolean isInside = false;
    for (String line : Run.of(command, "--help").assertDone().out()) {
      Matcher matcher = start.matcher(line);
      isInside =
          matcher.matches()
              ? matcher.group(1).equals(option)
              : isInside && line.startsWith("     ");
      if (isInside) {
        paragraph.append(line.strip()).append(' ');
      }
    }
    assertThat(paragraph).as("help of %s %s", command, option).isNotEmpty();
    return paragraph.toString();
  }

  private void assertIsDefault(String command, String option, String value) throws IOException {
    List<String> args = minus(examples.arguments(command, work), option);
    if (command.equals("lab") && OF_TEXT.contains(option)) {
      args = plus(args, "--text=" + examples.otherText()); // the sentence is in no file
    }
    if (option.equals("--separator")) {
      args = examples.twoFiles(args);
    }
    boolean isSetting = spec(command).findOption(option).group() != null;
    if (!isSetting && !NULL_BY_DEFAULT.contains(option)) {
      assertThat(parsedValue(plus(args, option + "=" + value), option))
          .isEqualTo(parsedValue(args, option))
          .isNotNull();
    }
    switch (command) {
      case "plot" -> assertSamePlot(args, option, value);
      case "benchmark" ->
          assertThat(benchmarkSettings(plus(args, option + "=" + value)))
              .isEqualTo(benchmarkSettings(args));
      default -> {
        String typed = option.equals("--prime") && value.equals("none") ? "" : value;
        assertThat(output(plus(args, option + "=" + typed))).isEqualTo(output(args));
      }
    }
  }

  private static CommandLine parse(List<String> args) {
    CommandLine program = CharRnn.commandLine();
    program.parseArgs(args.toArray(String[]::new));
    return program.getSubcommands().get(args.get(0));
  }

  private static Object parsedValue(List<String> args, String option) {
    return parse(args).getCommandSpec().findOption(option).getValue();
  }

  private void assertSamePlot(List<String> args, String option, String value) throws IOException {
    Path file = work.resolve("plot.svg");
    if (option.equals("--output")) {
      assertThat(value).isEqualTo("learning-curve.png in the run");
      file = examples.run().resolve("learning-curve.png");
    }
    Run.of(args).assertDone();
    byte[] expected = Files.readAllBytes(file);
    Files.delete(file);
    String typed = option.equals("--output") ? file.toString() : value;
    Run.of(plus(args, option + "=" + typed)).assertDone();
    assertThat(file).hasBinaryContent(expected);
    Files.delete(file);
  }

  /** Returns the settings without running the benchmark, which takes seconds. */
  private static List<Object> benchmarkSettings(List<String> args) {
    CommandSpec benchmark = parse(args).getCommandSpec();
    SettingValues given = ((SettingsCommand) benchmark.userObject()).settings().given(benchmark);
    return Stream.of(
            ModelConfig.class, BatchShape.class, ComputeKernel.class, SessionSettings.class)
        .flatMap(type -> SettingDefinition.of(type).stream().map(d -> given.value(type, d.name())))
        .map(String::valueOf)
        .map(Object.class::cast)
        .toList();
  }

  @Test
  void helpShowsRangesAndChoices() {
    assertThat(help("train", "--dropout")).contains("(from 0 to below 1; default: 0)");
    assertThat(help("lab", "--layers")).contains("(from 1 to 100; default: 2)");
    assertThat(help("train", "--validation")).contains("default: auto, 0.05, at most 500,000");
    assertThat(help("lab", "--listing")).contains("all, summary, none");
  }
}
