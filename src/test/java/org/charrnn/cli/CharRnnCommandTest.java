package org.charrnn.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.InferenceModel;
import org.charrnn.model.Kernel;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training a char-rnn as a person calls it, in this JVM. */
class CharRnnCommandTest {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    // 1440 characters: a tenth to validate with, in the rest 16 batches of 8 x 10.
    text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
    run = directory.resolve("run");
  }

  private Run train(Path to, String... more) {
    String[] args = {
      "train",
      "--data",
      text.toString(),
      "--run",
      to.toString(),
      "--hidden",
      "16",
      "--layers",
      "1",
      "--batch-size",
      "8",
      "--sequence-length",
      "10",
      "--validation",
      "0.1"
    };
    List<String> all = new ArrayList<>(List.of(args));
    for (int i = 0; i < more.length; i += 2) { // a later value takes the place of a default
      int there = all.indexOf(more[i]);
      if (there < 0) {
        all.addAll(List.of(more[i], more[i + 1]));
      } else {
        all.set(there + 1, more[i + 1]);
      }
    }
    return Run.of(all.toArray(String[]::new));
  }

  private Run resume(Path path, String... more) {
    return Run.of(
        Stream.concat(Stream.of("train", "--resume", path.toString()), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static void assertDone(Run run) {
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
  }

  private static void assertRefused(Run run, String... partsOfTheMessage) {
    assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("charrnn: ")
        .contains(partsOfTheMessage);
  }

  private static Path checkpoint(Path run, int step) {
    return run.resolve("checkpoints/step-" + step);
  }

  private static List<String> checkpoints(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** The history without the column that tells the time. */
  private static List<List<String>> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> new ArrayList<>(List.of(line.split(",", -1))))
        .peek(cells -> cells.remove(5))
        .<List<String>>map(cells -> cells)
        .toList();
  }

  @Test
  void aRunHasItsFilesAndALineOfHistoryForEachValidation() throws IOException {
    assertDone(train(run, "--steps", "20", "--save-every", "10", "--validation", "0.1"));
    for (String file :
        List.of("config.json", "vocabulary.json", "saved_model/saved_model.pb", "history.csv")) {
      assertThat(run.resolve(file)).isNotEmptyFile();
    }
    assertThat(checkpoints(run)).containsExactly("best", "latest", "step-0", "step-10", "step-20");
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertThat(history)
        .first()
        .isEqualTo(
            "step,epoch,mean_loss_nats,learning_rate,gradient_norm,tokens_per_second,"
                + "validation_nats");
    // 1296 characters to train on: 161 in each of 8 streams, 16 batches.
    assertThat(history.get(1)).startsWith("10,0.6250,").matches("(-?[\\d.]+,){6}\\d\\.\\d{6}");
    assertThat(history.get(2)).startsWith("20,1.2500,");
    assertThat(history).hasSize(3);
  }

  @Test
  void theSameSeedGivesTheSameLossesAndAnotherSeedOthers() throws IOException {
    for (String[] nameAndSeed : new String[][] {{"a", "5"}, {"b", "5"}, {"c", "6"}}) {
      assertDone(
          train(
              directory.resolve(nameAndSeed[0]),
              "--seed",
              nameAndSeed[1],
              "--steps",
              "5",
              "--dropout",
              "0.3",
              "--layers",
              "2"));
    }
    assertThat(history(directory.resolve("b"))).isEqualTo(history(directory.resolve("a")));
    assertThat(history(directory.resolve("c"))).isNotEqualTo(history(directory.resolve("a")));
  }

  /** 16 batches are an epoch: step 10 lies before its border, step 20 after it. */
  @ParameterizedTest
  @CsvSource({"lstm, fused, 3", "lstm, ops, 1", "gru, fused, 2", "gru, ops, 1", "rnn, fused, 2"})
  void aStoppedAndResumedTrainingEqualsTheUninterruptedBitForBit(
      String cell, String kernel, String shards) throws IOException {
    String[] settings = {
      "--cell",
      cell,
      "--kernel",
      kernel,
      "--shards",
      shards,
      "--layers",
      "2",
      "--embedding",
      "5",
      "--dropout",
      "0.3",
      "--save-every",
      "10",
      "--validation",
      "0.06",
      "--decay-after",
      "0",
      "--steps",
      "40"
    };
    Path whole = directory.resolve("whole");
    assertDone(train(whole, settings));
    settings[settings.length - 1] = "10";
    assertDone(train(run, settings));
    assertDone(resume(run, "--steps", "20"));
    assertDone(resume(run, "--steps", "40"));
    assertRefused(resume(run, "--steps", "39"), "has done 40 steps already");
    assertThat(history(run)).isEqualTo(history(whole)).hasSize(5);
    assertThat(checkpoints(run)).isEqualTo(checkpoints(whole)).contains("step-20");
    for (String name : List.of("step-20/" + DATA, "step-40/" + DATA, "step-40/progress.json")) {
      assertThat(run.resolve("checkpoints").resolve(name))
          .hasSameBinaryContentAs(whole.resolve("checkpoints").resolve(name));
    }
    assertThat(run.resolve("saved_model/variables/variables.data-00000-of-00001"))
        .hasSameBinaryContentAs(
            whole.resolve("saved_model/variables/variables.data-00000-of-00001"));
  }

  @Test
  void aLostHistoryIsToldAndStartsAnew() throws IOException {
    assertDone(train(run, "--steps", "2"));
    Path history = run.resolve("history.csv");
    Files.delete(history);
    Run resumed = resume(run, "--steps", "4");
    assertDone(resumed);
    assertThat(resumed.err())
        .contains("charrnn: " + history + " lacks what was before step 2; it goes on from there");
    assertThat(Files.readAllLines(history)).hasSize(2);
    assertThat(resume(run, "--steps", "6").err()).noneMatch(line -> line.contains("lacks"));
  }

  @Test
  void ofALongTextFewerArePutAsideToValidate() throws IOException {
    Files.writeString(text, "abc".repeat(4_000_000));
    String[] args = {"train", "--data", text.toString(), "--run", run.toString(), "--steps", "0"};
    assertDone(Run.of(args));
    RunConfig config = RunDirectory.open(run).config();
    assertThat(Math.round(config.training().validation() * 12_000_000)).isEqualTo(500_000);
  }

  @Test
  void changedTextIsNotResumed() throws IOException {
    assertDone(train(run, "--steps", "2"));
    Files.writeString(text, LabConfig.SENTENCE.repeat(9));
    assertRefused(resume(run, "--steps", "4"), "has changed", "--init-from");
  }

  @Test
  void movedTextIsGivenAnew() throws IOException {
    assertDone(train(run, "--steps", "2"));
    Path moved = Files.move(text, directory.resolve("moved.txt"));
    assertRefused(resume(run), "there is no file", "text.txt");
    assertDone(resume(run, "--steps", "4", "--data", moved.toString()));
    assertThat(checkpoint(run, 4)).isDirectory();
  }

  @Test
  void movedDirectoryIsGivenAnewWithItsPattern() throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    Files.move(text, corpus.resolve("a.txt"));
    Files.writeString(corpus.resolve("b.md"), "not learned");
    text = corpus;
    assertDone(train(run, "--steps", "2", "--include", "*.txt"));
    Path moved = Files.move(corpus, directory.resolve("moved"));
    assertRefused(resume(run, "--steps", "4", "--data", moved.toString()), "has changed");
    assertDone(resume(run, "--steps", "4", "--data", moved.toString(), "--include", "*.txt"));
    assertRefused(resume(run, "--steps", "6", "--include", "*.txt"), "--include", "--data");
  }

  @Test
  void theLabIsNotResumed() throws IOException {
    Path sentence = Files.writeString(directory.resolve("sentence.txt"), "a sentence to learn");
    for (String option : List.of("--seed=1", "--text=" + sentence)) {
      assertDone(
          Run.of("train", "--listing", "none", "--steps", "1", "--run", run.toString(), option));
      assertRefused(resume(run), "is a run of the lab", "--init-from");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--hidden, 16",
    "--layers, 1",
    "--sequence-length, 10",
    "--learning-rate, 0.1",
    "--seed, 1",
    "--init-from, x",
    "--run, x",
    "--level, char",
    "--cell, gru",
    "--dropout, 0.1",
    "--clip, 1",
    "--save-every, 3",
    "--sample-length, 3",
    "--encoding, UTF-8",
    "--kernel, ops",
    "--shards, 1",
    "--slices, 2",
    "--local-steps, 2"
  })
  void aResumedRunKeepsItsSettings(String option, String value) {
    assertRefused(
        Run.of("train", "--resume", run.toString(), option, value), "--resume takes all settings");
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, auto, auto, float32, 'fused, 1 shard, float32'", // 8 rows are too few to split
    "gru, auto, 4, bfloat16, 'fused, 4 shards, bfloat16'",
    "lstm, fused, 8, float32, 'fused, 8 shards, float32'",
    "lstm, ops, auto, Float32, 'ops, float32'",
    "rnn, auto, 2, float32, 'fused, 2 shards, float32'"
  })
  void theKernelIsKeptWithTheRun(
      String cell, String kernel, String shards, String precision, String kept) {
    assertDone(
        train(
            run,
            "--steps",
            "1",
            "--cell",
            cell,
            "--kernel",
            kernel,
            "--shards",
            shards,
            "--precision",
            precision));
    assertThat(RunDirectory.open(run).config().kernel()).hasToString(kept);
  }

  @Test
  void howTensorFlowRunsIsToldIfWanted() {
    assertDone(train(run, "--steps", "1", "--threads", "3"));
    assertThat(resume(run, "--steps=2", "--threads=3", "--verbose").err())
        .filteredOn(line -> line.contains("TensorFlow"))
        .singleElement(as(STRING))
        .matches(
            "charrnn: TensorFlow \\S+, oneDNN (on|off) \\(TF_ENABLE_ONEDNN_OPTS is .+\\),"
                + " 3 operations at once; kernel fused, 1 shard, float32");
    assertThat(resume(run, "--steps=3", "--threads=1", "--verbose").err())
        .anyMatch(l -> l.endsWith(", 1 operation at once; kernel fused, 1 shard, float32"));
    assertThat(resume(run, "--steps=4").err()).noneMatch(line -> line.contains("TensorFlow"));
    assertRefused(train(run, "--threads", "0"), "--threads must be at least 1, got 0");
  }

  @Test
  void theLabsKernelIsOpsUnlessAskedForAnother() {
    assertDone(Run.of("train", "--run", run.toString(), "--steps", "1"));
    assertThat(RunDirectory.open(run).config().kernel()).isEqualTo(Kernel.OPS);
    assertDone(
        Run.of("train", "--run", run.toString(), "--steps", "1", "--kernel=fused", "--shards=3"));
    assertThat(RunDirectory.open(run).config().kernel()).isEqualTo(Kernel.fused(3));
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertRefused(train(run, "--kernel", "ops", "--shards", "2"), "--kernel fused");
    assertRefused(Run.of("train", "--run", run.toString(), "--shards=2"), "--kernel fused");
    assertRefused(train(run, "--text", "x"), "--text", "--data");
    assertRefused(train(run, "--listing", "all"), "--listing", "--data");
    assertRefused(train(run, "--steps", "1", "--epochs", "1"), "--steps or --epochs");
    assertRefused(resume(run, "--steps", "1", "--epochs", "1"), "--steps or --epochs");
    for (String option : List.of("--cell=gru", "--epochs=1", "--dropout=0.1", "--include=*")) {
      assertRefused(Run.of("train", "--run", run.toString(), option), "need --data");
    }
    assertRefused(resume(directory), directory.toString(), "no run");
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--level, line, '--level'': unknown level ''line'', expected char or word'",
    "--min-count, 0, --min-count must be at least 1",
    "--min-count, 99999, use a smaller minimum count",
    "--vocabulary-size, 1, --vocabulary-size must be at least 2",
    "--validation, 1, --validation must be from 0",
    "--validation, NaN, --validation must be from 0",
    "--validation, 0.001, 'has 1 token; it takes two to predict one; give more --validation, or 0'",
    "--cell, cnn, --cell",
    "--embedding, -1, --embedding must be from 0",
    "--batch-size, 0, --batch-size must be at least 1",
    "--batch-size, 1000, the training text has",
    "--sequence-length, 2000, the training text has",
    "--epochs, 0, --epochs must be at least 1",
    "--steps, -1, --steps must not be negative",
    "--learning-rate, 0, --learning-rate must be above 0",
    "--decay-rate, 0, --decay-rate must be above 0",
    "--decay-rate, 1.5, --decay-rate must be above 0",
    "--decay-after, -1, --decay-after must not be negative",
    "--clip, -1, --clip must",
    "--clip, NaN, --clip must",
    "--dropout, 1, --dropout must be from 0",
    "--save-every, 0, --save-every must be at least 1",
    "--patience, -1, --patience must not be negative",
    "--kernel, cuda, --kernel",
    "--shards, many, --shards",
    "--shards, 0, --shards must be at least 1",
    "--shards, 9, '--shards must be at most the rows of a batch, or slice, 8, got 9'",
    "--sample-length, -1, --sample-length must not be negative",
    "--encoding, klingon, '--encoding'': there is no encoding ''klingon''; give one such as UTF-8'",
    "--data, '', a file name is empty",
    "--data, no-such-file, there is no file or directory no-such-file",
    "--init-from, no-such-model, no-such-model"
  })
  void aBadValueIsToldInOneLineAndLeavesNoRun(String option, String value, String message) {
    assertRefused(train(run, option, value), message);
    assertThat(run).doesNotExist();
  }

  /** A run, a checkpoint and a SavedModel bring their vocabulary, so the text may lack letters. */
  @Test
  void aTrainingStartsFromTheWeightsOfAnother() throws IOException {
    assertDone(train(run, "--steps", "10", "--validation", "0"));
    for (String from :
        List.of("", "checkpoints/step-10", "saved_model", "checkpoints/step-10/model")) {
      Path other = directory.resolve("other");
      Path model = run.resolve(from);
      assertDone(train(other, "--init-from", model.toString(), "--steps", "0"));
      assertThat(weights(other)).as(from).usingRecursiveComparison().isEqualTo(weights(run));
    }
    Files.writeString(text, "then teach them to sail the seas ".repeat(50));
    assertDone(train(directory.resolve("few"), "--init-from", run.toString(), "--steps", "1"));
    assertRefused(
        train(
            directory.resolve("few"),
            "--init-from",
            checkpoint(run, 10).resolve("model").toString(),
            "--steps",
            "1"),
        "of another model: rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel is [41, 64] in it,",
        "softmax_b is [25] in it,");
  }

  private static List<VariableValue> weights(Path run) {
    TrainedModel model = TrainedModel.open(run.resolve("saved_model"));
    return model.weights(InferenceModel.weightShapes(model.config().model()));
  }

  @Test
  void aRunThatIsStartedFromDecidesNetworkAndVocabulary() throws IOException {
    assertDone(train(run, "--steps", "1"));
    Path other = directory.resolve("other");
    String from = run.toString();
    assertRefused(
        train(other, "--init-from", from, "--hidden", "17", "--layers", "2", "--cell", "gru"),
        "--cell is lstm in it, gru here, --hidden is 16 in it, 17 here, --layers is 1 in it, 2");
    assertRefused(train(other, "--init-from", from, "--level", "word"), "--level");
    assertRefused(train(other, "--init-from", from, "--min-count", "2"), "--min-count");
    Files.writeString(text, LabConfig.SENTENCE.repeat(8) + "Zürich");
    assertRefused(
        train(other, "--init-from", from), "vocabulary lacks 2 of", "'Z'", "'ü'", "text.txt");
    assertThat(other).doesNotExist();
  }

  /** At a learning rate of 1e-30 no float changes, so validation stays what it is. */
  @Test
  void patienceEndsATrainingThatDoesNotGetBetter() throws IOException {
    Run trained =
        train(
            run,
            "--learning-rate",
            "1e-30",
            "--patience",
            "3",
            "--save-every",
            "2",
            "--validation",
            "0.1");
    assertDone(trained);
    assertThat(trained.err()).last().asString().contains("not getting better", "step-2");
    assertThat(history(run)).hasSize(1 + 1 + 3);
    assertThat(checkpoints(run)).contains("step-8").doesNotContain("step-10");
  }

  @Test
  void theNewestFiveCheckpointsAndTheBestAreKept() throws IOException {
    // Steps this large make the model worse from the second save on at the latest.
    assertDone(
        train(
            run,
            "--learning-rate",
            "3",
            "--save-every",
            "1",
            "--steps",
            "12",
            "--validation",
            "0.1"));
    String best = Files.readAllLines(run.resolve("checkpoints/best")).get(0);
    assertThat(Integer.parseInt(best.substring(5))).isLessThan(8);
    assertThat(checkpoints(run))
        .containsExactlyInAnyOrder(
            "best", "latest", best, "step-8", "step-9", "step-10", "step-11", "step-12");
  }

  @Test
  void withoutValidationTheLatestCheckpointIsTaken() throws IOException {
    Run trained = train(run, "--steps", "4", "--save-every", "2", "--validation", "0");
    assertDone(trained);
    assertThat(trained.err()).last().asString().endsWith("of step-4");
    assertThat(checkpoints(run)).containsExactly("latest", "step-0", "step-2", "step-4");
    assertThat(history(run).get(1)).last().isEqualTo("");
  }

  @Test
  void aDivergedTrainingKeepsItsCheckpoints() throws IOException {
    Run trained = train(run, "--learning-rate", "1e38", "--steps", "20", "--save-every", "1");
    assertThat(trained.exitCode()).isEqualTo(1);
    assertThat(trained.err()).last().asString().contains("smaller --learning-rate");
    assertDone(Run.of("sample", checkpoint(run, 0).toString(), "--length", "5"));
    assertThat(run.resolve("saved_model")).doesNotExist();
  }

  /** Without validation, the sample is the first to see it. */
  @Test
  void weightsThatGiveNoProbabilitiesAreNotSaved() throws IOException {
    Run trained =
        train(
            run,
            "--learning-rate",
            "1e38",
            "--steps",
            "20",
            "--save-every",
            "1",
            "--validation",
            "0");
    assertThat(trained.exitCode()).isEqualTo(1);
    assertThat(trained.err()).last().asString().contains("the loss at step 1 is NaN");
    assertThat(checkpoints(run)).containsExactly("latest", "step-0");
  }

  @Test
  void samplesDoNotChangeTheTraining() throws IOException {
    for (String length : List.of("0", "7")) {
      assertDone(
          train(
              directory.resolve(length),
              "--sample-length",
              length,
              "--dropout",
              "0.3",
              "--layers",
              "2",
              "--save-every",
              "5",
              "--steps",
              "20"));
    }
    assertThat(checkpoint(directory.resolve("7"), 20).resolve(DATA))
        .hasSameBinaryContentAs(checkpoint(directory.resolve("0"), 20).resolve(DATA));
    assertThat(history(directory.resolve("7"))).isEqualTo(history(directory.resolve("0")));
  }

  /** The text at step N is that of the checkpoint, drawn with the run's seed + N. */
  @Test
  void aSampleIsPrintedBelowTheLineOfEachCheckpoint() throws IOException {
    Run trained =
        train(
            run,
            "--sample-length",
            "30",
            "--seed",
            "40",
            "--save-every",
            "5",
            "--steps",
            "10",
            "--learning-rate",
            "0.05");
    assertDone(trained);
    for (int step : List.of(5, 10)) {
      List<String> printed =
          trained.err().stream()
              .dropWhile(line -> !line.startsWith("step " + step + "/10,"))
              .limit(4)
              .toList();
      Run sample =
          Run.of(
              "sample",
              checkpoint(run, step).toString(),
              "--length",
              "30",
              "--seed",
              40 + step + "");
      assertThat(sample.out()).singleElement().asString().hasSize(30);
      assertThat(printed.subList(1, 4)).containsExactly("----", sample.out().get(0), "----");
    }
  }

  /** Killed in the midst of replacing its newest checkpoint. */
  @Test
  void whatAKilledTrainingLeftIsPutBackOrTidiedAtAResume() throws IOException {
    assertDone(train(run, "--steps", "2"));
    Path newest = run.resolve("checkpoints/step-2");
    Path old = Files.move(newest, run.resolve("checkpoints/.step-2.0-0-1f.old"));
    Path half = Files.createDirectory(run.resolve("checkpoints/.step-2.0-0-1f.tmp"));
    Files.writeString(half.resolve(DATA), "half");
    Path file = Files.writeString(run.resolve(".history.csv.0-0-1f.tmp"), "half");
    Path mine = Files.writeString(run.resolve("notes.tmp"), "mine");
    Run gone = Run.of("sample", newest.toString());
    assertThat(gone.err()).singleElement().asString().contains(newest + "").contains(old + "");
    assertDone(resume(run, "--steps", "4"));
    assertThat(List.of(old, half, file)).allSatisfy(left -> assertThat(left).doesNotExist());
    assertThat(newest).isDirectory();
    assertThat(mine).exists();
  }

  /** Killed between its last checkpoint and the files that name it. */
  @Test
  void aFinishedTrainingThatIsResumedNamesItsLastCheckpoints() throws IOException {
    assertDone(train(run, "--steps", "4", "--save-every", "2"));
    Path latest = run.resolve("checkpoints/latest");
    Path best = run.resolve("checkpoints/best");
    assertThat(latest).hasContent("step-4\n");
    assertThat(best).hasContent("step-4\n"); // so early each is better than the one before
    Files.writeString(latest, "step-2\n");
    Files.writeString(best, "step-2\n");
    assertDone(resume(run));
    assertThat(latest).hasContent("step-4\n");
    assertThat(best).hasContent("step-4\n");
  }
}
