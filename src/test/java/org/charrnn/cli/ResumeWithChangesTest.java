package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.TrainingVariables;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.LabText;
import org.charrnn.train.StreamTrainer;
import org.charrnn.train.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --resume} with other settings than those of the run. */
class ResumeWithChangesTest {
  private static final String DATA = "model.data-00000-of-00001";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Other values than those of the runs. */
  private static final Map<String, String> OTHER_VALUES =
      Map.ofEntries(
          Map.entry("learning-rate", "0.05"),
          Map.entry("warmup", "15"),
          Map.entry("decay", "epochs"),
          Map.entry("decay-rate", "0.5"),
          Map.entry("decay-after", "3"),
          Map.entry("clip", "0.01"),
          Map.entry("dropout", "0.5"),
          Map.entry("weight-drop", "0.5"),
          Map.entry("reset-state", "0.5"),
          Map.entry("patience", "3"),
          Map.entry("save-every", "5"),
          Map.entry("sample-length", "7"),
          Map.entry("validation", "0.2"),
          Map.entry("validation-from", "end"),
          Map.entry("steps", "30"),
          Map.entry("epochs", "2"));

  @TempDir private static Path models;
  private static Path text;

  @TempDir private Path directory;

  /** Trains runs that end as if they were killed after step 10 of 20. */
  @BeforeAll
  static void trainRuns() throws IOException {
    text = Files.writeString(models.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    train("train", "--validation=0.1");
    train("constant", "--validation=0", "--decay-rate=1");
    train("sliced", "--validation=0.1", "--slices=2");
    Run.of("lab", "--run=" + models.resolve("lab"), "--steps=20", "--save-every=10").assertDone();
    for (String run : List.of("train", "constant", "sliced", "lab")) {
      PathUtils.deleteDirectory(models.resolve(run).resolve("checkpoints/step-20"));
    }
  }

  private static void train(String name, String... more) {
    List<String> args =
        List.of(
            "train",
            "--data=" + text,
            "--run=" + models.resolve(name),
            "--steps=20",
            "--save-every=10",
            "--hidden=8",
            "--batch-size=8",
            "--sequence-length=10",
            "--learning-rate=0.01");
    Run.of(plus(args, more)).assertDone();
  }

  private Path copy(String name, String to) throws IOException {
    Path run = directory.resolve(to);
    PathUtils.copyDirectory(models.resolve(name), run);
    return run;
  }

  private static Run resume(String command, Object path, String... options) {
    return Run.of(plus(List.of(command, "--resume=" + path), options));
  }

  private static ObjectNode config(Path run) throws IOException {
    return (ObjectNode) JSON.readTree(run.resolve("config.json").toFile());
  }

  /** Writes a configuration without checksums, as a person would who edits it. */
  private static void writeConfig(Path run, ObjectNode config) throws IOException {
    config.remove("sha256");
    Files.writeString(run.resolve("config.json"), config.toString());
  }

  private static List<String> changes(Path run) {
    return RunDirectory.open(run).config().changes().stream()
        .map(change -> change.step() + ": " + change)
        .toList();
  }

  private static JsonNode progress(Path run, int step) throws IOException {
    return JSON.readTree(run.resolve("checkpoints/step-" + step + "/progress.json").toFile());
  }

  private static byte[] data(Path run, int step) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/step-" + step).resolve(DATA));
  }

  /** Returns the rows without the speed. */
  private static List<List<String>> history(Path run) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("history.csv"))) {
      List<String> cells = new ArrayList<>(List.of(line.split(",", -1)));
      if (cells.size() > 5) {
        cells.remove(5);
      }
      rows.add(cells);
    }
    return rows;
  }

  static Stream<Arguments> resumableSettings() {
    return Stream.of("train", "lab")
        .flatMap(
            command -> {
              SettingsCommand settings =
                  (SettingsCommand)
                      CharRnn.commandLine()
                          .getSubcommands()
                          .get(command)
                          .getCommandSpec()
                          .userObject();
              return settings.settings().resumable().stream()
                  .filter(setting -> !setting.equals("threads")) // not of the run
                  .map(setting -> Arguments.of(command, setting));
            });
  }

  /** A run whose configuration was edited is the oracle. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("resumableSettings")
  void resumedRunHasTheGivenSetting(String command, String setting) throws IOException {
    assertThat(OTHER_VALUES)
        .as("this test has the settings that can be resumed")
        .containsKey(setting);
    Path run = copy(command, "run");
    JsonNode before = config(run).get("training");
    String option = "--%s=%s".formatted(setting, OTHER_VALUES.get(setting));
    Run resumed = resume(command, run, option).assertDone();
    ObjectNode after = config(run);
    String key = setting.equals("epochs") ? "steps" : setting.replace('-', '_');
    assertThat(after.get("training").get(key)).isNotEqualTo(before.get(key));
    String value = setting.equals("epochs") ? "32" : OTHER_VALUES.get(setting); // 16 batches
    assertThat(after.get("training").get(key).asText()).isEqualTo(value);
    JsonNode change =
        after
            .get("changes")
            .valueStream()
            .filter(c -> c.get("setting").asText().equals(key))
            .findFirst()
            .orElseThrow();
    assertThat(change.get("step").asInt()).isEqualTo(10);
    assertThat(change.get("from")).isEqualTo(before.get(key));
    assertThat(change.get("to")).isEqualTo(after.get("training").get(key));
    assertThat(resumed.err())
        .anyMatch(
            line -> line.startsWith("charrnn: from step 10: ") && line.contains(" -> " + value));

    if (!setting.startsWith("validation")) { // which resets the carried state
      Path edited = copy(command, "edited");
      ObjectNode config = config(edited);
      config.set("training", after.get("training"));
      writeConfig(edited, config);
      resume(command, edited).assertDone();
      int steps = after.get("training").get("steps").asInt();
      assertThat(data(run, steps)).isEqualTo(data(edited, steps));
      assertThat(history(run)).isEqualTo(history(edited));
      assertThat(progress(run, steps)).isEqualTo(progress(edited, steps));
    }
  }

  @Test
  void learningRateAppliesFromTheStepOn() throws Exception {
    Path run = copy("constant", "run");
    Run resumed = resume("train", run, "--learning-rate=0.05").assertDone();
    assertThat(resumed.err()).contains("charrnn: from step 10: learning-rate 0.01 -> 0.05");
    assertThat(changes(run)).containsExactly("10: learning-rate 0.01 -> 0.05");
    assertThat(history(run).stream().map(row -> row.get(3)))
        .containsExactly("learning_rate", "0.01", "0.05");
    RunConfig config = RunDirectory.open(run).config();
    float[][] expected;
    List<VariableValue> half;
    try (Trainer trainer = trainer(config, 0.01f, TrainingStart.RANDOM)) {
      trainer.train(0, 10);
      half = trainer.variables();
    }
    try (Trainer trainer = trainer(config, 0.05f, TrainingStart.checkpoint(half))) {
      trainer.train(10, 20);
      expected = VariableValue.arrays(trainer.variables());
    }
    assertThat(VariableValue.arrays(variables(run, 20))).isDeepEqualTo(expected);
  }

  private static Trainer trainer(RunConfig config, float rate, TrainingStart start)
      throws IOException {
    TrainingConfig training = config.training();
    GradientSetup gradients =
        new GradientSetup(
            config.model(),
            BatchPart.whole(training.batch()),
            StepNoise.of(training.regularization()),
            config.kernel(),
            training.seed());
    int[] ids =
        RunDirectory.open(models.resolve("train")).vocabulary().encode(Files.readString(text));
    TokenIds tokens = TokenIds.of(config.model().classes(), ids);
    return new StreamTrainer(
        TrainingSession.open(
            new TrainingSetup(gradients, training.regularization().maxNorm(), true),
            start,
            SessionSettings.allCores()),
        new LearningRates(LearningRateSchedule.constant(rate), 20),
        new StreamBatcher(
            new TokenRange("text", tokens, 0, ids.length),
            training.batch().batchSize(),
            training.batch().sequenceLength()));
  }

  private static List<VariableValue> variables(Path run, int step) {
    return RunCheckpoints.read(
        run.resolve("checkpoints/step-" + step),
        TrainingVariables.names(RunDirectory.open(run).config().model(), true));
  }

  // The schedule is resolved as at a start

  @Test
  void decayRateSwitchesToDecayByEpochs() throws IOException {
    Path run = copy("train", "run");
    resume("train", run, "--decay-rate=0.5", "--decay-after=0").assertDone();
    assertThat(changes(run))
        .containsExactly("10: decay cosine -> epochs", "10: decay-rate 1 -> 0.5");
    assertThat(history(run).get(2).get(3)).isEqualTo("0.005"); // the second epoch, from step 16 on
  }

  @ParameterizedTest
  @CsvSource({
    "train, --decay=cosine --decay-rate=0.5, '--decay-rate is for a decay by epochs, but the decay is cosine'",
    "train, --decay=cosine --decay-rate=1, --decay-rate has no effect with --decay cosine",
    "train, --decay-rate=1 --decay-after=1, --decay-after has no effect with --decay-rate 1",
    "constant, --decay-after=1, --decay-after has no effect with --decay-rate 1",
    "train, --validation=0 --validation-from=end, --validation-from has no effect with --validation 0",
    "constant, --validation-from=end, '--validation-from needs a validation, but that is 0 in the run; give --validation, too'",
    "constant, --patience=2, '--patience needs a validation, but that is 0 in the run; give --validation, too'",
    "train, --patience=2 --validation=0, '--patience of 2 needs a validation, but that is 0; give --patience 0, too'",
    "train, --steps=20 --epochs=1, 'give --steps or --epochs, not both'",
    "train, --steps=9, has already done 10 steps; use more --steps or --epochs",
    "train, --steps=10, has already done 10 steps; use more --steps or --epochs",
    "train, --decay=auto, --decay auto is for a new run; leave it out to keep the value of the run",
    "train, --validation=0.0001, 'larger --validation, or 0 for none'",
    "train, --validation=0.97, 'with --resume, only a smaller --validation helps'",
    "train, --learning-rate=0, --learning-rate must be above 0",
    "lab, --steps=9, 'has already done 10 steps; use more --steps, got 9'"
  })
  void settingsThatDoNotGoTogetherAreRejected(String name, String options, String message)
      throws IOException {
    Path run = copy(name, "run");
    byte[] before = Files.readAllBytes(run.resolve("config.json"));
    String command = name.equals("lab") ? "lab" : "train";
    resume(command, run, options.split(" ", -1)).assertRejected(message);
    assertThat(run.resolve("config.json")).hasBinaryContent(before);
  }

  @Test
  void automaticThreadsAreNotOfTheRun() throws IOException {
    resume("train", copy("train", "run"), "--threads=auto").assertDone();
  }

  @Test
  void equalValuesAreNoChange() throws IOException {
    Path run = copy("train", "run");
    Path equal = copy("train", "equal");
    Path config = run.resolve("config.json");
    byte[] before = Files.readAllBytes(config);
    resume("train", run).assertDone();
    Run resumed =
        resume(
            "train",
            equal,
            "--learning-rate=1e-2",
            "--decay=cosine",
            "--clip=5.0",
            "--dropout=0",
            "--validation=0.1",
            "--validation-from=SPREAD",
            "--save-every=10",
            "--patience=0",
            "--steps=20");
    assertThat(resumed.assertDone().err()).noneMatch(line -> line.contains("from step"));
    assertThat(config).hasBinaryContent(before);
    assertThat(equal.resolve("config.json")).hasBinaryContent(before);
    assertThat(data(equal, 20)).isEqualTo(data(run, 20));
  }

  // The record of changes

  @Test
  void changesAreRecordedInOrderAndShown() throws IOException {
    Path run = copy("train", "run");
    resume("train", run, "--dropout=0.5", "--clip=0").assertDone();
    resume("train", run, "--steps=30", "--dropout=0.2").assertDone();
    assertThat(config(run).get("changes").toString())
        .isEqualTo(
            "[{'step':10,'setting':'dropout','from':0.0,'to':0.5},".replace('\'', '"')
                + "{'step':10,'setting':'clip','from':5.0,'to':null},".replace('\'', '"')
                + "{'step':20,'setting':'steps','from':20,'to':30},".replace('\'', '"')
                + "{'step':20,'setting':'dropout','from':0.5,'to':0.2}]".replace('\'', '"'));
    assertThat(Run.of("inspect", run).assertDone().out())
        .anyMatch(line -> line.matches(" *from step 10 +dropout 0 -> 0.5, clip 5 -> 0"))
        .anyMatch(line -> line.matches(" *from step 20 +steps 20 -> 30, dropout 0.5 -> 0.2"));
    assertThat(history(run))
        .extracting(row -> row.get(0))
        .containsExactly("step", "10", "20", "30");
    Run.of("plot", run).assertDone();
    Run.of("sample", run.resolve("saved_model"), "--length=3").assertDone();
    assertThat(Files.readString(run.resolve("saved_model/assets/config.json")))
        .contains("\"dropout\" : 0.2")
        .doesNotContain("changes");
  }

  @Test
  void configOfChangedRunStartsRunWithLastSettings() throws IOException {
    Path run = copy("train", "run");
    resume("train", run, "--dropout=0.5").assertDone();
    Run.of("train", "--config=" + run.resolve("config.json"), "--run=" + directory.resolve("new"))
        .assertDone();
    RunConfig config = RunDirectory.open(directory.resolve("new")).config();
    assertThat(config.training()).isEqualTo(RunDirectory.open(run).config().training());
    assertThat(config.changes()).isEmpty();
  }

  /** As if the first training was killed before it saved anything. */
  @Test
  void changeBeforeTheNextCheckpointReplacesTheLast() throws IOException {
    Path run = copy("train", "run");
    resume("train", run, "--dropout=0.5", "--clip=2").assertDone();
    PathUtils.deleteDirectory(run.resolve("checkpoints/step-20"));
    resume("train", run, "--dropout=0.2", "--clip=5").assertDone();
    assertThat(changes(run)).containsExactly("10: dropout 0 -> 0.2");
  }

  @Test
  void dryRunChangesNothing() throws IOException {
    Path run = copy("train", "run");
    byte[] before = Files.readAllBytes(run.resolve("config.json"));
    assertThat(resume("train", run, "--dry-run", "--dropout=0.5").assertDone().out())
        .anyMatch(line -> line.matches("dropout +0.5"));
    assertThat(run.resolve("config.json")).hasBinaryContent(before);
  }

  @Test
  void olderCheckpointHasTheSettingsOfItsStep() throws IOException {
    Path run = copy("train", "run");
    Path whole = copy("train", "whole");
    resume("train", whole, "--clip=1").assertDone();
    resume("train", run, "--clip=1").assertDone();
    resume("train", run, "--steps=30", "--learning-rate=0.5", "--decay-rate=0.5").assertDone();
    PathUtils.deleteDirectory(run.resolve("checkpoints/step-20")); // to be taken again
    Run resumed = resume("train", run.resolve("checkpoints/step-10")).assertDone();
    assertThat(resumed.err())
        .contains(
            "charrnn: as at step 10: steps 30 -> 20, learning-rate 0.5 -> 0.01, decay epochs ->"
                + " cosine, decay-rate 0.5 -> 1, decay-after 10 -> 0");
    assertThat(run.resolve("config.json")).hasSameBinaryContentAs(whole.resolve("config.json"));
    assertThat(data(run, 20)).isEqualTo(data(whole, 20));
    assertThat(history(run)).isEqualTo(history(whole));
  }

  // Another validation text

  @Test
  void newSplitStartsFromZeroState() throws IOException {
    Path run = copy("train", "run");
    assertThat(resume("train", run, "--validation=0.2").assertDone().err())
        .contains(
            "charrnn: the training may have read parts of the new validation text before step 10");
    Path edited = copy("train", "edited");
    ObjectNode config = config(edited);
    config.set("training", config(run).get("training"));
    writeConfig(edited, config);
    List<VariableValue> zeroState =
        variables(edited, 10).stream()
            .map(
                variable ->
                    variable.name().startsWith("carried_state/")
                        ? new VariableValue(
                            variable.name(), variable.shape(), new float[variable.values().length])
                        : variable)
            .toList();
    assertThat(
            Arrays.deepEquals(
                VariableValue.arrays(zeroState), VariableValue.arrays(variables(edited, 10))))
        .isFalse();
    Checkpoint.write(edited.resolve("checkpoints/step-10/model"), zeroState);
    resume("train", edited).assertDone();
    assertThat(data(run, 20)).isEqualTo(data(edited, 20));
  }

  /** At a rate of 1e-30 no weight changes: each validation has the loss of the first. */
  @ParameterizedTest
  @CsvSource({
    "train, --validation=0.2",
    "train, --validation-from=end",
    "sliced, --validation=0.2",
    "constant, --validation=0.2"
  })
  void bestCheckpointIsValidatedAnew(String name, String option) throws IOException {
    Path run = copy(name, "run");
    resume("train", run, option, "--learning-rate=1e-30", "--save-every=4").assertDone();
    double nats = progress(run, 12).get("best_validation_nats").asDouble();
    assertThat(nats).isNotEqualTo(progress(run, 10).get("best_validation_nats").asDouble());
    assertThat(history(run).get(2).get(5)).isEqualTo("%.6f".formatted(nats));
    assertThat(progress(run, 20).get("best_step").asInt()).isEqualTo(10);
    assertThat(progress(run, 20).get("validations_since_best").asInt()).isEqualTo(3);
    assertThat(run.resolve("checkpoints/best")).hasContent("step-10\n");
  }

  /**
   * As if the training was killed after it recorded the change and before it saved a checkpoint.
   */
  @Test
  void killedTrainingWithNewSplitContinuesInTheSameWay() throws IOException {
    Path run = copy("train", "run");
    Path whole = copy("train", "whole");
    resume("train", whole, "--validation=0.2").assertDone();
    Files.copy(
        whole.resolve("config.json"),
        run.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    resume("train", run).assertDone();
    assertThat(data(run, 20)).isEqualTo(data(whole, 20));
    assertThat(progress(run, 20)).isEqualTo(progress(whole, 20));
    assertThat(run.resolve("config.json")).hasSameBinaryContentAs(whole.resolve("config.json"));
  }

  @Test
  void withoutValidationTheLatestCheckpointIsUsed() throws IOException {
    Path run = copy("train", "run");
    Run resumed = resume("train", run, "--validation=0", "--learning-rate=1").assertDone();
    assertThat(resumed.err()).last().asString().endsWith("of step-20");
    assertThat(run.resolve("checkpoints/best")).doesNotExist();
    assertThat(progress(run, 20).get("best_validation_nats").isNull()).isTrue();
  }

  // Continuing after the end

  private Path outOfPatience() {
    Path run = directory.resolve("patience");
    Run.of(
            "train",
            "--data=" + text,
            "--run=" + run,
            "--steps=40",
            "--save-every=2",
            "--hidden=8",
            "--batch-size=8",
            "--sequence-length=10",
            "--validation=0.1",
            "--patience=3",
            "--learning-rate=1e-30")
        .assertDone();
    assertThat(RunDirectory.open(run).checkpoints().latest()).endsWithRaw(Path.of("step-8"));
    return run;
  }

  @Test
  void runThatStoppedEarlyContinues() throws IOException {
    Path run = outOfPatience();
    Run resumed = resume("train", run).assertDone();
    assertThat(resumed.err())
        .contains(
            "charrnn: the last 3 validations had no better loss; they are counted from zero again");
    assertThat(resumed.err()).last().asString().contains("stopped improving");
    assertThat(RunDirectory.open(run).checkpoints().latest()).endsWithRaw(Path.of("step-14"));
    assertThat(progress(run, 14).get("best_step").asInt()).isEqualTo(2);
  }

  @Test
  void morePatienceGoesOnCounting() throws IOException {
    Path run = outOfPatience();
    assertThat(resume("train", run, "--patience=5").assertDone().err())
        .noneMatch(line -> line.contains("counted from zero"));
    assertThat(RunDirectory.open(run).checkpoints().latest()).endsWithRaw(Path.of("step-12"));
    resume("train", run, "--patience=0").assertDone();
    assertThat(RunDirectory.open(run).checkpoints().latest()).endsWithRaw(Path.of("step-40"));
    assertThat(changes(run)).containsExactly("8: patience 3 -> 5", "12: patience 5 -> 0");
  }

  @Test
  void finishedRunSaysHowToContinue() throws IOException {
    Path run = copy("train", "run");
    resume("train", run).assertDone();
    PathUtils.deleteDirectory(run.resolve("saved_model"));
    byte[] before = Files.readAllBytes(run.resolve("config.json"));
    List<Path> files = list(run);
    assertThat(resume("train", run).assertDone().err())
        .contains(
            "charrnn: all 20 steps of the run are done; continue it with more --steps or --epochs");
    assertThat(run.resolve("saved_model/saved_model.pb")).exists();
    PathUtils.deleteDirectory(run.resolve("saved_model"));
    assertThat(list(run)).isEqualTo(files); // no new event file
    resume("train", run, "--dropout=0.5")
        .assertRejected("has already done 20 steps; use more --steps");
    assertThat(run.resolve("config.json")).hasBinaryContent(before);
    resume("train", run, "--dropout=0.5", "--epochs=2").assertDone();
    assertThat(run.resolve("checkpoints/step-32")).isDirectory();
  }

  private static List<Path> list(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run)) {
      return entries.sorted().toList();
    }
  }

  @Test
  void finishedLabSaysHowToContinue() throws IOException {
    Path run = copy("lab", "run");
    Run first = resume("lab", run).assertDone();
    Run again = resume("lab", run).assertDone();
    assertThat(again.err())
        .contains("charrnn: all 20 steps of the run are done; continue it with more --steps");
    assertThat(again.out()).last().isEqualTo(first.out().get(first.out().size() - 1));
  }

  @Test
  void savedModelIsNotOlderThanTheRun() throws IOException {
    Path run = copy("train", "run");
    resume("train", run).assertDone();
    Path saved = run.resolve("saved_model/variables/variables.data-00000-of-00001");
    byte[] expected = Files.readAllBytes(saved);
    Files.write(saved, "outdated".getBytes(UTF_8));
    resume("train", run).assertDone();
    assertThat(saved).hasBinaryContent(expected);
  }
}
