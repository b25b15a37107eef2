package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.minus;
import static org.charrnn.cli.CommandExamples.output;
import static org.charrnn.cli.CommandExamples.plus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.engine.EngineSettings;

/**
 * What each option of each command changes: the resolved settings of a training, or the result of a
 * small run.
 */
final class OptionEffects {
  private final CommandExamples examples;
  private final Path work;

  /** Checks that an option has an effect. */
  interface Effect {
    void check(String command, String option) throws IOException;
  }

  /**
   * @param work an empty directory
   */
  OptionEffects(CommandExamples examples, Path work) {
    this.examples = examples;
    this.work = work;
  }

  /** Returns the effects of a command's options, by their long names. */
  Map<String, Effect> of(String command) {
    Map<String, Effect> effects = new HashMap<>();
    effects.put("--help", this::printsHelp);
    effects.put("--version", this::printsVersion);
    effects.putAll(
        switch (command) {
          case "lab" -> lab();
          case "train" -> train();
          case "sample" -> sample();
          case "evaluate" -> evaluate();
          case "plot" -> plot();
          case "benchmark" -> benchmark();
          case "inspect", "export", "generate-completion" -> Map.of();
          default -> throw new AssertionError("no effects are known for the command " + command);
        });
    return effects;
  }

  private Map<String, Effect> lab() {
    String file = "--text=" + examples.otherText();
    Map<String, Effect> effects = new HashMap<>(trainings());
    effects.putAll(
        Map.ofEntries(
            entry("--text", changes("=" + examples.otherText())),
            entry("--listing", this::changesListing),
            entry("--encoding", changes("=ISO-8859-1", file)),
            entry("--malformed", changes("=replace", file)),
            entry("--newlines", changes("=keep", file)),
            entry("--normalize", changes("=nfc", file)),
            entry("--hidden", changes("=7")),
            entry("--layers", changes("=1")),
            entry("--sequence-length", changes("=9")),
            entry("--learning-rate", changes("=0.2")),
            entry("--steps", changes("=7")),
            entry("--seed", changes("=9")),
            entry("--save-every", changes("=7")),
            entry("--kernel", changes("=fused")),
            entry("--shards", changes("=3", "--kernel=fused")),
            entry("--precision", changes("=bfloat16", "--kernel=fused")),
            entry("--threads", changes("=1023"))));
    return effects;
  }

  private Map<String, Effect> train() {
    Map<String, Effect> effects = new HashMap<>(trainings());
    effects.putAll(engine("--slices=2"));
    effects.putAll(
        Map.ofEntries(
            entry("--data", changes("=" + examples.otherText())),
            entry("--minutes", changes("=0.2")),
            entry("--include", changes("=*.md", "--data=" + examples.texts())),
            entry("--exclude", changes("=a.*", "--data=" + examples.texts())),
            entry("--separator", changes("=<end>", "--data=" + examples.texts())),
            entry("--newlines", changes("=keep")),
            entry("--normalize", changes("=nfd")),
            entry("--level", changes("=word")),
            entry("--min-count", changes("=101")),
            entry("--vocabulary-size", changes("=20")),
            entry("--encoding", changes("=ISO-8859-1")),
            entry("--malformed", changes("=replace")),
            entry("--cell", changes("=gru")),
            entry("--hidden", changes("=7")),
            entry("--layers", changes("=1")),
            entry("--embedding", changes("=3")),
            entry("--tie-embeddings", changes("")),
            entry("--batch-size", changes("=20")),
            entry("--sequence-length", changes("=20")),
            entry("--steps", changes("=7")),
            entry("--seed", changes("=9")),
            entry("--epochs", changes("=2")),
            entry("--learning-rate", changes("=0.1")),
            entry("--warmup", changes("=2")),
            entry("--decay", changes("=epochs")),
            entry("--decay-rate", changes("=0.5")),
            entry("--decay-after", changes("=2")),
            entry("--dropout", changes("=0.5")),
            entry("--weight-drop", changes("=0.5")),
            entry("--reset-state", changes("=0.5")),
            entry("--clip", changes("=0")),
            entry("--validation", changes("=0.2")),
            entry("--validation-from", changes("=end")),
            entry("--save-every", changes("=7")),
            entry("--patience", changes("=2")),
            entry("--sample-length", changes("=0")),
            entry("--kernel", changes("=ops")),
            entry("--shards", changes("=7")),
            entry("--precision", changes("=bfloat16")),
            entry("--slices", changes("=3")),
            entry("--local-steps", changes("=2", "--slices=2")),
            entry("--threads", changes("=1023"))));
    return effects;
  }

  /** The options of lab and train that are not settings. */
  private Map<String, Effect> trainings() {
    return Map.of(
        "--run", this::writesRun,
        "--init-from", this::startsFromWeights,
        "--resume", this::resumes,
        "--config", this::readsConfig,
        "--dry-run", this::trainsNothing,
        "--verbose", this::printsHowTensorFlowRuns);
  }

  private Map<String, Effect> engine(String... context) {
    return Map.of(
        "--engine",
        (command, option) -> assertThat(engineSettings(command, context)).isNotNull(),
        "--master",
        (command, option) -> {
          String[] more = plus(List.of(context), option + "=local[3]").toArray(String[]::new);
          assertThat(engineSettings(command, more).master()).isEqualTo("local[3]");
        },
        "--conf",
        (command, option) -> {
          List<String> more = plus(List.of(context), option + "=a.b=1", option + "=c=2");
          assertThat(engineSettings(command, more.toArray(String[]::new)).configuration())
              .isEqualTo(Map.of("a.b", "1", "c", "2"));
        });
  }

  /** Runs a command with the engine spark and returns the settings that start it. */
  private EngineSettings engineSettings(String command, String... more) throws IOException {
    List<String> args =
        command.equals("train")
            ? plus(examples.shortTraining(command), "--run=" + work.resolve("sliced"))
            : minus(examples.arguments(command, work), "--prime");
    return RecordingEngine.record(work, () -> Run.of(plus(plus(args, "--engine=spark"), more)));
  }

  private Map<String, Effect> sample() {
    Path primes = write("primes.txt", "the\nand\n");
    Map<String, Effect> effects = new HashMap<>(engine("--primes=" + primes, "--length=3"));
    effects.putAll(
        Map.ofEntries(
            entry("--prime", changes("=people")),
            entry("--prime-file", this::continuesFile),
            entry("--primes", (command, option) -> continuesLines(command, primes)),
            entry("--length", changes("=7")),
            entry("--greedy", changes("")),
            entry("--until", changes("=e")),
            entry("--beam", changes("=2", "--length=30")),
            entry("--no-repeat", changes("=2", "--beam=2", "--length=60")),
            entry("--length-penalty", changes("=0", "--beam=3", "--until=o", "--length=60")),
            entry("--json", changes("")),
            entry("--probabilities", changes("", "--json")),
            entry("--count", changes("=2")),
            entry("--seed", changes("=9")),
            entry("--temperature", changes("=0.5")),
            entry("--top-k", changes("=2")),
            entry("--top-p", changes("=0.3")),
            entry("--raw", this::printsControlCharacters),
            entry("--whitespace", changes(""))));
    return effects;
  }

  private Map<String, Effect> evaluate() {
    Map<String, Effect> effects = new HashMap<>(engine("--each"));
    effects.putAll(
        Map.of(
            "--include", this::evaluatesMatchingFiles,
            "--exclude", this::evaluatesOtherFiles,
            "--each", changes(""),
            "--window", changes("=3"),
            "--json", changes(""),
            "--verbose", this::printsHowTensorFlowRuns,
            "--encoding", this::evaluatesEncodedFile,
            "--malformed", this::evaluatesMalformedFile,
            "--separator", this::evaluatesSeparator,
            "--threads", this::printsThreads));
    return effects;
  }

  private Map<String, Effect> plot() {
    return Map.of(
        "--output", this::writesPlot,
        "--x-axis", changesPlot("=epochs"),
        "--unit", changesPlot("=bits"),
        "--log-scale", changesPlot(""),
        "--width", changesPlot("=500"),
        "--height", changesPlot("=500"));
  }

  private Map<String, Effect> benchmark() {
    return Map.ofEntries(
        entry("--vocabulary-size", changes("=7")),
        entry("--count", this::generatesTextsInParallel),
        entry("--rounds", changes("=2")),
        entry("--steps", changes("=2")),
        entry("--profile", changes("")),
        entry("--json", this::printsJson),
        entry("--by-turns", this::waitsForRequests),
        entry("--verbose", this::printsHowTensorFlowRuns),
        entry("--cell", changes("=gru")),
        entry("--hidden", changes("=5")),
        entry("--layers", changes("=2")),
        entry("--embedding", changes("=3")),
        entry("--tie-embeddings", changes("")),
        entry("--batch-size", changes("=10")),
        entry("--sequence-length", changes("=4")),
        entry("--kernel", changes("=ops")),
        entry("--shards", changes("=3")),
        entry("--precision", changes("=bfloat16")),
        entry("--threads", this::multipliesWithThreads));
  }

  /**
   * Returns the effect that another value changes the output. Where the output has a row with the
   * setting, the row has the value.
   *
   * @param value after an equals sign; empty for a flag
   * @param context options without which the option has no effect
   */
  private Effect changes(String value, String... context) {
    return (command, option) -> {
      String[] replaced =
          Stream.of(context).map(arg -> arg.replaceFirst("=.*", "")).toArray(String[]::new);
      List<String> args = plus(minus(examples.arguments(command, work), replaced), context);
      List<String> before = output(args);
      List<String> after = output(plus(minus(args, option), option + value));
      assertThat(after).isNotEqualTo(before);
      String row = option.substring(2) + "  ";
      if (before.stream().anyMatch(line -> line.startsWith(row))) {
        String shown = value.isEmpty() ? "true" : value.substring(1); // of a flag
        assertThat(after).anyMatch(line -> line.matches(row + " *" + Pattern.quote(shown)));
      }
    };
  }

  private Effect changesPlot(String value) {
    return (command, option) -> {
      Path file = work.resolve("plot.svg");
      Run.of(examples.arguments(command, work)).assertDone();
      byte[] before = Files.readAllBytes(file);
      Run.of(plus(examples.arguments(command, work), option + value)).assertDone();
      assertThat(Files.readAllBytes(file)).isNotEqualTo(before);
    };
  }

  private void printsHelp(String command, String option) {
    assertThat(Run.of(command, option).assertDone().out().get(0))
        .startsWith("Usage: charrnn " + command);
  }

  private void printsVersion(String command, String option) {
    assertThat(Run.of(command, option).assertDone().out())
        .isEqualTo(Run.of("--version").assertDone().out());
  }

  private void changesListing(String command, String option) throws IOException {
    List<String> args = List.of(command, "--steps=1", "--run=" + work.resolve("run"));
    assertThat(output(args)).hasSizeGreaterThan(170);
    assertThat(output(plus(args, option + "=none"))).hasSize(1);
  }

  private void writesRun(String command, String option) {
    Path run = work.resolve("some/where");
    Run.of(plus(examples.shortTraining(command), option + "=" + run)).assertDone();
    assertThat(run.resolve("saved_model")).isDirectory();
  }

  private void startsFromWeights(String command, String option) throws IOException {
    Path model = command.equals("lab") ? examples.labRun() : examples.run();
    List<String> args = examples.shortTraining(command);
    Path random = work.resolve("random");
    Path started = work.resolve("started");
    Run.of(plus(args, "--run=" + random)).assertDone();
    Run.of(plus(args, "--run=" + started, option + "=" + model)).assertDone();
    assertThat(firstLoss(started)).isLessThan(firstLoss(random));
    assertThat(output(plus(args, "--dry-run", option + "=" + model)))
        .anyMatch(row -> row.matches("init-from +" + Pattern.quote(model.toString())));
  }

  private static double firstLoss(Path run) throws IOException {
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    int column = List.of(history.get(0).split(",", -1)).indexOf("mean_loss_nats");
    return Double.parseDouble(history.get(1).split(",", -1)[column]);
  }

  private void resumes(String command, String option) {
    Path run = work.resolve("resumed");
    Run.of(plus(examples.shortTraining(command), "--run=" + run)).assertDone();
    Run.of(command, option, run, "--steps=2").assertDone();
    assertThat(run.resolve("checkpoints/step-2")).isDirectory();
  }

  private void readsConfig(String command, String option) throws IOException {
    Path config = write("config.json", "{\"hidden\": 7}");
    List<String> args = examples.arguments(command, work);
    assertThat(output(plus(args, option + "=" + config)))
        .isEqualTo(output(plus(args, "--hidden=7")))
        .isNotEqualTo(output(args));
  }

  private void trainsNothing(String command, String option) throws IOException {
    Path run = work.resolve("none");
    assertThat(output(plus(examples.shortTraining(command), "--run=" + run, option)))
        .anyMatch(row -> row.startsWith("parameters "));
    assertThat(run).doesNotExist();
  }

  private void printsHowTensorFlowRuns(String command, String option) {
    List<String> args =
        Set.of("lab", "train").contains(command)
            ? plus(examples.shortTraining(command), "--run=" + work.resolve("run"))
            : examples.arguments(command, work);
    assertThat(Run.of(args).assertDone().err()).noneMatch(line -> line.contains("TensorFlow"));
    assertThat(Run.of(plus(args, option)).assertDone().err())
        .anyMatch(line -> line.matches("charrnn: TensorFlow .* operations? in parallel; .*"));
  }

  private void continuesFile(String command, String option) throws IOException {
    List<String> args = minus(examples.arguments(command, work), "--prime");
    assertThat(output(plus(args, option + "=" + write("prime.txt", "people"))))
        .isEqualTo(output(plus(args, "--prime=people")));
  }

  private void continuesLines(String command, Path primes) throws IOException {
    List<String> args = minus(examples.arguments(command, work), "--prime");
    assertThat(output(plus(args, "--primes=" + primes)))
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"prime\":"));
  }

  private void evaluatesMatchingFiles(String command, String option) throws IOException {
    List<String> args =
        List.of(command, examples.run().toString(), examples.texts().toString(), "--each");
    assertThat(output(args)).hasSize(1 + 2);
    assertThat(output(plus(args, option + "=*.md")))
        .hasSize(1 + 1)
        .last()
        .asString()
        .endsWith("b.md");
  }

  private void evaluatesOtherFiles(String command, String option) throws IOException {
    List<String> args =
        List.of(command, examples.run().toString(), examples.texts().toString(), "--each");
    assertThat(output(plus(args, option + "=*.md")))
        .hasSize(1 + 1)
        .last()
        .asString()
        .endsWith("a.txt");
  }

  private void evaluatesSeparator(String command, String option) throws IOException {
    List<String> args = examples.twoFiles(examples.arguments(command, work));
    assertThat(output(plus(args, option + "=of the sea."))).isEqualTo(output(args));
    assertThat(output(plus(args, option + "=to long"))).isNotEqualTo(output(args));
  }

  /** Prints to what it takes for a terminal. */
  private void printsControlCharacters(String command, String option) throws IOException {
    Path text = write("control.txt", "\u001b]0;title\u0007".repeat(50));
    Path run = work.resolve("control");
    Run.of("train", "--data=" + text, "--run=" + run, "--steps=1", "--hidden=4", "--batch-size=2")
        .assertDone();
    List<String> args = List.of(command, run.toString(), "--prime=\u001b]", "--length=1");
    assertThat(onTerminal(args)).startsWith("\\u001b]");
    assertThat(onTerminal(plus(args, option))).startsWith("\u001b]");
    assertThat(output(args).get(0)).startsWith("\u001b]");
  }

  private static String onTerminal(List<String> args) {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    StandardStream out = new StandardStream(screen, false, () -> true);
    assertThat(CharRnn.execute(CharRnn.commandLine().setOut(out), args.toArray(String[]::new)))
        .isEqualTo(ExitCodes.DONE);
    return screen.toString(UTF_8);
  }

  private void evaluatesEncodedFile(String command, String option) throws IOException {
    List<String> args =
        List.of(command, examples.run().toString(), examples.utf16Text().toString());
    assertThat(Run.of(args).exitCode()).isEqualTo(ExitCodes.BAD_INPUT);
    assertThat(output(plus(args, option + "=UTF-16LE")))
        .isEqualTo(output(examples.arguments(command, work)));
  }

  private void evaluatesMalformedFile(String command, String option) throws IOException {
    List<String> args =
        List.of(command, examples.unknownRun().toString(), examples.malformedText().toString());
    Run.of(args).assertRejected("byte 0xff at offset " + CommandExamples.MALFORMED);
    assertThat(output(plus(args, option + "=replace"))).hasSize(4);
  }

  private void printsThreads(String command, String option) {
    List<String> args = plus(examples.arguments(command, work), "--verbose", option + "=1023");
    assertThat(Run.of(args).assertDone().err())
        .anyMatch(line -> line.contains("1023 operations in parallel"));
  }

  private void writesPlot(String command, String option) {
    Path file = work.resolve("other.png");
    List<String> args = minus(examples.arguments(command, work), option);
    Run.of(plus(args, option + "=" + file)).assertDone();
    assertThat(file).isNotEmptyFile();
  }

  private void generatesTextsInParallel(String command, String option) throws IOException {
    String[] tiny = {"--hidden=4", "--layers=1", "--rounds=1", "--steps=1"};
    assertThat(output(plus(List.of(command, "generation", "--json", option + "=3"), tiny)))
        .hasSize(2)
        .allMatch(line -> line.contains("\"rows\":3"));
  }

  private void printsJson(String command, String option) throws IOException {
    assertThat(output(minus(examples.arguments(command, work), option)))
        .noneMatch(line -> line.startsWith("{"))
        .anyMatch(line -> line.startsWith("training, 12 rows"));
  }

  private void waitsForRequests(String command, String option) throws IOException {
    List<String> args = minus(examples.arguments(command, work), "--json", "--rounds", "--steps");
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(new byte[0]));
    try {
      assertThat(output(plus(args, option))).containsExactly("ready");
    } finally {
      System.setIn(before);
    }
  }

  private void multipliesWithThreads(String command, String option) throws IOException {
    assertThat(output(List.of(command, "products", "--json", option + "=1")))
        .containsExactly("products {\"threads\":1}");
    assertThat(output(List.of(command, "products", "--json", option + "=2")))
        .containsExactly("products {\"threads\":2}");
  }

  private Path write(String name, String content) {
    try {
      return Files.writeString(work.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
