package org.charrnn.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.RandomWeights;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code charrnn train --data}, run in this JVM. */
class TrainCommandTest {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    // 1440 characters: a tenth for validation, the rest is 16 batches of 8 x 10.
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
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
    for (int i = 0; i < more.length; i++) {
      boolean hasValue = i + 1 < more.length && !more[i + 1].startsWith("--");
      int index = all.indexOf(more[i]);
      if (!hasValue) {
        all.add(more[i]); // a flag, or an option with its value behind =
      } else if (index < 0) {
        all.addAll(List.of(more[i], more[++i]));
      } else {
        all.set(index + 1, more[++i]); // a given value replaces the one above
      }
    }
    return Run.of(all);
  }

  private static Run resume(Path path, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--resume", path.toString()));
    args.addAll(List.of(more));
    return Run.of(args);
  }

  private static Path checkpoint(Path run, int step) {
    return run.resolve("checkpoints/step-" + step);
  }

  private static List<String> checkpoints(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Returns the history without the speed. */
  private static List<List<String>> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> new ArrayList<>(List.of(line.split(",", -1))))
        .peek(cells -> cells.remove(5))
        .<List<String>>map(cells -> cells)
        .toList();
  }

  @Test
  void runHasItsFilesAndHistoryRowForEachValidation() throws IOException {
    train(run, "--steps", "20", "--save-every", "10", "--validation", "0.1").assertDone();
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
    // 1296 characters to train on: 8 streams of 161 characters, which is 16 batches.
    assertThat(history.get(1)).startsWith("10,0.6250,").matches("(-?[\\d.]+,){6}\\d\\.\\d{6}");
    assertThat(history.get(2)).startsWith("20,1.2500,");
    assertThat(history).hasSize(3);
  }

  @Test
  void lossesDependOnSeed() throws IOException {
    for (String[] nameAndSeed : new String[][] {{"a", "5"}, {"b", "5"}, {"c", "6"}}) {
      train(
              directory.resolve(nameAndSeed[0]),
              "--seed",
              nameAndSeed[1],
              "--steps",
              "5",
              "--dropout",
              "0.3",
              "--layers",
              "2")
          .assertDone();
    }
    assertThat(history(directory.resolve("b"))).isEqualTo(history(directory.resolve("a")));
    assertThat(history(directory.resolve("c"))).isNotEqualTo(history(directory.resolve("a")));
  }

  /** An epoch has 16 batches, so step 10 is in the first epoch and step 20 in the second. */
  @ParameterizedTest
  @CsvSource({
    "lstm, fused, 3, --embedding=5",
    "lstm, ops, 1, --embedding=5",
    "lstm, fused, 2, --tie-embeddings",
    "gru, fused, 2, --embedding=5",
    "gru, ops, 1, --embedding=5",
    "gru, ops, 1, --tie-embeddings",
    "rnn, fused, 2, --embedding=5"
  })
  void resumedRunEqualsUninterruptedRun(String cell, String kernel, String shards, String embedding)
      throws IOException {
    String[] settings = {
      "--cell",
      cell,
      "--kernel",
      kernel,
      "--shards",
      shards,
      "--layers",
      "2",
      embedding,
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
    train(whole, settings).assertDone();
    settings[settings.length - 1] = "10";
    train(run, settings).assertDone();
    resume(run, "--steps", "20").assertDone();
    resume(run, "--steps", "40").assertDone();
    resume(run, "--steps", "39").assertRejected("has already done 40 steps");
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

  /** The size of the embeddings follows from the hidden size, also that of characters. */
  @Test
  void tiedEmbeddingsHaveTheHiddenSize() throws IOException {
    train(run, "--hidden", "6", "--tie-embeddings", "--steps", "2").assertDone();
    assertThat(weights(run))
        .extracting(VariableValue::name)
        .contains("embedding", "softmax_b")
        .doesNotContain("softmax_w");
    assertThat(RunDirectory.open(run).config().model().embeddingSize()).isEqualTo(6);
    assertThat(Run.of("inspect", run).assertDone().out())
        .anyMatch(line -> line.matches(" *input +tied embedding, 6"));
    Run.of("sample", run, "--prime=if", "--length=5").assertDone();
    Path other = directory.resolve("other");
    train(other, "--hidden", "6", "--tie-embeddings", "--embedding", "5")
        .assertRejected(
            "--tie-embeddings needs embeddings of the hidden size, but embedding is 5 and hidden"
                + " is 6");
    train(other, "--init-from", run.toString(), "--hidden", "6", "--steps", "1").assertDone();
    assertThat(RunDirectory.open(other).config().model().tieEmbeddings()).isTrue();
  }

  @Test
  void lostHistoryIsReportedAndStartsAgain() throws IOException {
    train(run, "--steps", "2").assertDone();
    Path history = run.resolve("history.csv");
    Files.delete(history);
    Run resumed = resume(run, "--steps", "4");
    resumed.assertDone();
    assertThat(resumed.err())
        .contains("charrnn: " + history + " lacks the rows before step 2; it continues from there");
    assertThat(Files.readAllLines(history)).hasSize(2);
    assertThat(resume(run, "--steps", "6").err()).noneMatch(line -> line.contains("lacks"));
  }

  @Test
  void validationPartOfLongTextIsLimited() throws IOException {
    Files.writeString(text, "abc".repeat(4_000_000));
    Run.of("train", "--data", text, "--run", run, "--steps", "0").assertDone();
    RunConfig config = RunDirectory.open(run).config();
    assertThat(Math.round(config.training().saving().validation() * 12_000_000)).isEqualTo(500_000);
  }

  @Test
  void resumeRejectsChangedText() throws IOException {
    train(run, "--steps", "2").assertDone();
    Files.writeString(text, LabText.SENTENCE.repeat(9));
    resume(run, "--steps", "4").assertRejected("has changed", "--init-from");
  }

  @Test
  void resumeReadsMovedText() throws IOException {
    train(run, "--steps", "2").assertDone();
    Path moved = Files.move(text, directory.resolve("moved.txt"));
    resume(run).assertRejected("there is no file", "text.txt");
    resume(run, "--steps", "4", "--data", moved.toString()).assertDone();
    assertThat(checkpoint(run, 4)).isDirectory();
  }

  @Test
  void resumeReadsMovedDirectoryWithItsPattern() throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    Files.move(text, corpus.resolve("a.txt"));
    Files.writeString(corpus.resolve("b.md"), "not included");
    text = corpus;
    train(run, "--steps", "2", "--include", "*.txt").assertDone();
    Path moved = Files.move(corpus, directory.resolve("moved"));
    resume(run, "--steps", "4", "--data", moved.toString()).assertRejected("has changed");
    resume(run, "--steps", "4", "--data", moved.toString(), "--include", "*.txt").assertDone();
    resume(run, "--steps", "6", "--include", "*.txt").assertRejected("--include", "--data");
  }

  @Test
  void resumeOfLabRunNamesLabCommand() throws IOException {
    Path sentence = Files.writeString(directory.resolve("sentence.txt"), "a sentence to learn");
    for (String option : List.of("--seed=1", "--text=" + sentence)) {
      Run.of("train", "--listing", "none", "--steps", "1", "--run", run, option).assertDone();
      resume(run).assertRejected("is a run of charrnn lab; resume it with charrnn lab --resume");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--hidden, 16",
    "--layers, 1",
    "--sequence-length, 10",
    "--seed, 1",
    "--init-from, x",
    "--run, x",
    "--level, char",
    "--cell, gru",
    "--encoding, UTF-8",
    "--kernel, ops",
    "--shards, 1",
    "--slices, 2",
    "--local-steps, 2"
  })
  void resumeRejectsOtherSettings(String option, String value) {
    Run.of("train", "--resume", run.toString(), option, value)
        .assertRejected(option + " cannot be changed by --resume");
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, auto, auto, float32, 'fused, 1 shard, float32'", // 8 rows are too few for two shards
    "gru, auto, 4, bfloat16, 'fused, 4 shards, bfloat16'",
    "lstm, fused, 8, float32, 'fused, 8 shards, float32'",
    "lstm, ops, auto, Float32, 'ops, float32'",
    "rnn, auto, 2, float32, 'fused, 2 shards, float32'"
  })
  void kernelIsSavedWithRun(
      String cell, String kernel, String shards, String precision, String saved) {
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
            precision)
        .assertDone();
    assertThat(RunDirectory.open(run).config().kernel()).hasToString(saved);
  }

  @Test
  void verboseReportsHowTensorFlowRuns() {
    train(run, "--steps", "1", "--threads", "3").assertDone();
    assertThat(resume(run, "--steps=2", "--threads=3", "--verbose").err())
        .filteredOn(line -> line.contains("TensorFlow"))
        .singleElement(as(STRING))
        .matches(
            "charrnn: TensorFlow \\S+, oneDNN (on|off) \\(TF_ENABLE_ONEDNN_OPTS is .+\\),"
                + " 3 operations in parallel; kernel fused, 1 shard, float32");
    assertThat(resume(run, "--steps=3", "--threads=1", "--verbose").err())
        .anyMatch(l -> l.endsWith(", 1 operation in parallel; kernel fused, 1 shard, float32"));
    assertThat(resume(run, "--steps=4").err()).noneMatch(line -> line.contains("TensorFlow"));
    train(run, "--threads", "0").assertRejected("--threads must be from 1 to 1024, got 0");
  }

  @Test
  void conflictingOptionsAreRejected() {
    train(run, "--kernel", "ops", "--shards", "2")
        .assertRejected("--shards needs the fused kernel");
    train(run, "--text", "x").assertRejected("'--text", "--text is an option of charrnn lab");
    train(run, "--listing", "all").assertRejected("--listing is an option of charrnn lab");
    train(run, "--steps", "1", "--epochs", "1").assertRejected("--steps or --epochs, not both");
    for (String option : List.of("--cell=gru", "--epochs=1", "--dropout=0.1", "--include=*")) {
      Run.of("train", "--run", run, option)
          .assertRejected("--data is missing", "charrnn lab trains on the lab's sentence");
    }
    resume(directory).assertRejected(directory + " is not a run");
    assertThat(run).doesNotExist();
  }

  @Test
  void resumeRejectsStepsWithEpochs() {
    train(run, "--steps", "1").assertDone();
    resume(run, "--steps", "1", "--epochs", "1").assertRejected("--steps or --epochs, not both");
  }

  @ParameterizedTest
  @CsvSource({
    "--level, line, '--level must be char or word, got ''line'''",
    "--min-count, 0, --min-count must be at least 1",
    "--min-count, 99999, use a smaller minimum count",
    "--vocabulary-size, 1, --vocabulary-size must be at least 2",
    "--validation, 1, --validation must be from 0",
    "--validation, NaN, --validation must be from 0",
    "--validation, 0.001, 'has 1 token; evaluation needs at least 2; use a larger --validation, or"
        + " 0'",
    "--cell, cnn, '--cell must be lstm, gru or rnn, got ''cnn'''",
    "--embedding, -1, --embedding must be from 0",
    "--batch-size, 0, --batch-size must be at least 1",
    "--batch-size, 1000, the training text has",
    "--sequence-length, 2000, the training text has",
    "--epochs, 0, --epochs must be at least 1",
    "--steps, -1, --steps must be at least 0",
    "--learning-rate, 0, --learning-rate must be above 0",
    "--decay-rate, 0, --decay-rate must be above 0",
    "--decay-rate, 1.5, --decay-rate must be above 0",
    "--decay-after, -1, --decay-after must be at least 0",
    "--clip, -1, --clip must be at least 0",
    "--clip, NaN, --clip must be at least 0",
    "--dropout, 1, --dropout must be from 0",
    "--save-every, 0, --save-every must be at least 1",
    "--patience, -1, --patience must be at least 0",
    "--kernel, cuda, '--kernel must be ops, fused or auto, got ''cuda'''",
    "--shards, many, '--shards must be a whole number of at least 1 or auto, got ''many'''",
    "--shards, 0, --shards must be at least 1",
    "--shards, 9, '--shards must be at most the rows of a batch, or of a slice, 8, got 9'",
    "--sample-length, -1, --sample-length must be at least 0",
    "--encoding, klingon, '--encoding must be the name of a character encoding, such as UTF-8'",
    "--data, '', a file name is empty",
    "--data, no-such-file, there is no file or directory no-such-file",
    "--init-from, no-such-model, no-such-model"
  })
  void invalidValueIsRejectedInOneLineAndLeavesNoRun(String option, String value, String message) {
    train(run, option, value).assertRejected(message);
    assertThat(run).doesNotExist();
  }

  /** A run, a checkpoint and a SavedModel have a vocabulary, so the text can lack characters. */
  @Test
  void initFromStartsWithWeightsOfModel() throws IOException {
    train(run, "--steps", "10", "--validation", "0").assertDone();
    for (String from :
        List.of("", "checkpoints/step-10", "saved_model", "checkpoints/step-10/model")) {
      Path other = directory.resolve("other");
      Path model = run.resolve(from);
      train(other, "--init-from", model.toString(), "--steps", "0").assertDone();
      assertThat(weights(other)).as(from).usingRecursiveComparison().isEqualTo(weights(run));
    }
    Files.writeString(text, "then teach them to sail the seas ".repeat(50));
    train(directory.resolve("few"), "--init-from", run.toString(), "--steps", "1").assertDone();
    train(
            directory.resolve("few"),
            "--init-from",
            checkpoint(run, 10).resolve("model").toString(),
            "--steps",
            "1")
        .assertRejected(
            "of another model: rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel has shape [41, 64],",
            "softmax_b has shape [25],");
  }

  private static List<VariableValue> weights(Path run) {
    TrainedModel model = TrainedModel.open(run.resolve("saved_model"));
    return model.weights();
  }

  @Test
  void initFromDeterminesNetworkAndVocabulary() throws IOException {
    train(run, "--steps", "1").assertDone();
    Path other = directory.resolve("other");
    String from = run.toString();
    train(other, "--init-from", from, "--hidden", "17", "--layers", "2", "--cell", "gru")
        .assertRejected(
            "--cell is lstm in it, gru here, --hidden is 16 in it, 17 here, --layers is 1 in it,"
                + " 2");
    train(other, "--init-from", from, "--tie-embeddings")
        .assertRejected("--tie-embeddings is false in it, true here");
    train(other, "--init-from", from, "--level", "word").assertRejected("--level");
    train(other, "--init-from", from, "--vocabulary-size", "9").assertRejected("--vocabulary-size");
    train(other, "--init-from", from, "--min-count", "2")
        .assertRejected("--min-count is for a vocabulary with an unknown character");
    assertThat(other).doesNotExist();
  }

  /**
   * The old weights are kept; the new ones are those that a new training starts with. With one-hot
   * input the characters are rows of the lowest kernel, above those of the state.
   */
  @ParameterizedTest
  @CsvSource({
    "lstm, --embedding=0",
    "gru, --embedding=0",
    "rnn, --embedding=0",
    "lstm, --embedding=5",
    "lstm, --tie-embeddings"
  })
  void initFromAddsNewCharacters(String cell, String input) throws IOException {
    String[] network = {"--cell", cell, input, "--layers", "2"};
    train(run, append(network, "--steps", "3")).assertDone();
    int old = RunDirectory.open(run).vocabulary().size();
    Files.writeString(text, "Zürich: " + LabText.SENTENCE.repeat(8));
    for (String from : List.of("", "checkpoints/step-3", "saved_model")) {
      Path other = directory.resolve("other");
      Run started =
          train(
              other, append(network, "--init-from", run.resolve(from).toString(), "--steps", "0"));
      assertThat(started.assertDone().err())
          .contains(
              "charrnn: added 3 characters to the model's vocabulary: ':' (U+003A), 'Z' (U+005A),"
                  + " 'ü' (U+00FC)");
      List<String> tokens = RunDirectory.open(other).vocabulary().tokens();
      assertThat(tokens)
          .startsWith(RunDirectory.open(run).vocabulary().tokens().toArray(String[]::new));
      assertThat(tokens.subList(old, old + 3)).containsExactly(":", "Z", "ü");
      assertExtended(
          weights(run),
          weights(other),
          RandomWeights.of(RunDirectory.open(other).config().model(), 1),
          old);
    }
    Path other = directory.resolve("other");
    resume(other, "--steps", "2").assertDone();
    Run.of("sample", other, "--prime=Zürich: ", "--length=5").assertDone();
    Run.of("evaluate", other, text).assertDone();
  }

  private static String[] append(String[] args, String... more) {
    return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
  }

  private static void assertExtended(
      List<VariableValue> old, List<VariableValue> now, List<VariableValue> fresh, int tokens) {
    for (int i = 0; i < old.size(); i++) {
      long[] oldShape = old.get(i).shape().asArray();
      long[] shape = now.get(i).shape().asArray();
      int columns = (int) shape[shape.length - 1];
      int oldColumns = (int) oldShape[oldShape.length - 1];
      int added = shape.length == 1 ? 0 : (int) (shape[0] - oldShape[0]);
      for (int at = 0; at < now.get(i).values().length; at++) {
        int row = at / columns;
        int column = at % columns;
        boolean isNew = column >= oldColumns || (row >= tokens && row < tokens + added);
        int oldRow = row < tokens ? row : row - added;
        assertThat(now.get(i).values()[at])
            .as("%s[%d, %d]", now.get(i).name(), row, column)
            .isEqualTo(
                isNew
                    ? fresh.get(i).values()[at]
                    : old.get(i).values()[oldRow * oldColumns + column]);
      }
    }
  }

  @Test
  void initFromReportsUnknownCharactersAndAddsFrequentOnes() throws IOException {
    train(run, "--steps", "1", "--min-count", "2").assertDone();
    Files.writeString(text, LabText.SENTENCE.repeat(8) + "ZZü");
    Path other = directory.resolve("other");
    assertThat(train(other, "--init-from", run.toString(), "--steps", "1").assertDone().err())
        .contains(
            "charrnn: 3 of the text's 1,443 characters are not in the vocabulary, so the model"
                + " learns them as unknown and never generates them; --min-count N adds those that"
                + " occur N times");
    String[] args = {"--init-from", run.toString(), "--steps", "1", "--min-count", "2"};
    assertThat(train(other, args).assertDone().err())
        .contains("charrnn: added 1 character to the model's vocabulary: 'Z' (U+005A)")
        .anyMatch(line -> line.startsWith("charrnn: 1 of the text's 1,443 characters"));
    assertThat(resume(other, "--steps", "2").assertDone().err())
        .anyMatch(line -> line.startsWith("charrnn: 1 of the text's 1,443 characters"));
  }

  @Test
  void trainingReportsUnknownWords() {
    assertThat(train(run, "--steps", "1", "--vocabulary-size", "20").assertDone().err())
        .anyMatch(
            line ->
                line.matches(
                    "charrnn: 1,440 characters, 19 of 25 characters kept \\(.*% of the text\\), \\d+"
                        + " unknown in the text; .*"));
  }

  @Test
  void chosenSettingsAreReportedAndShownByDryRun() throws IOException {
    Files.writeString(text, LabText.SENTENCE.repeat(3));
    List<String> args = List.of("train", "--data=" + text, "--run=" + run, "--hidden=4");
    Run dry = Run.of(Stream.concat(args.stream(), Stream.of("--dry-run")).toList()).assertDone();
    assertThat(dry.out().stream().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "batch-size 1",
            "sequence-length 49",
            "steps 10000",
            "decay cosine",
            "validation 0",
            "save-every 500");
    Run.of(Stream.concat(args.stream(), Stream.of("--epochs=1")).toList()).assertDone();
    Run trained = Run.of("train", "--resume", run, "--steps=12").assertDone();
    assertThat(trained.err()).noneMatch(line -> line.contains("chosen for"));
  }

  /** The learning rate of the last step is a hundredth, however many steps there are. */
  @ParameterizedTest
  @CsvSource({"10", "60"})
  void scheduleSpansTheRun(String steps) throws IOException {
    train(run, "--steps", steps, "--learning-rate", "0.01").assertDone();
    List<List<String>> history = history(run);
    assertThat(Double.parseDouble(history.get(history.size() - 1).get(3)))
        .isCloseTo(1e-4, within(1e-8));
  }

  /** A schedule that spans the run continues, bit for bit. */
  @Test
  void stoppedRunWithCosineContinues() throws IOException {
    Path whole = directory.resolve("whole");
    train(whole, "--steps", "20", "--save-every", "10").assertDone();
    train(run, "--steps", "20", "--save-every", "10").assertDone();
    try (Stream<Path> files = Files.walk(checkpoint(run, 20))) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
    resume(run).assertDone();
    assertThat(checkpoint(run, 20).resolve(DATA))
        .hasSameBinaryContentAs(checkpoint(whole, 20).resolve(DATA));
    assertThat(history(run)).isEqualTo(history(whole));
  }

  @Test
  void resumeNeedsTheFilesOverWhichValidationIsSpread() throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    String part = LabText.SENTENCE.repeat(8) + "\n";
    Files.writeString(corpus.resolve("a.txt"), part);
    Files.writeString(corpus.resolve("b.txt"), part);
    text = corpus;
    train(run, "--steps", "2").assertDone();
    Path end = directory.resolve("end");
    train(end, "--steps", "2", "--validation-from", "end").assertDone();
    Path joined = Files.writeString(directory.resolve("joined.txt"), part + part);
    resume(run, "--steps", "4", "--data", joined.toString())
        .assertRejected("was in 2 files and is now in 1", "give the same files");
    resume(end, "--steps", "4", "--data", joined.toString()).assertDone();
    resume(run, "--steps", "4", "--data", corpus.toString()).assertDone();
  }

  /** At a learning rate of 1e-30 no weight changes, so the validation loss stays the same. */
  @Test
  void patienceStopsTrainingWithoutImprovement() throws IOException {
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
    trained.assertDone();
    assertThat(trained.err())
        .last()
        .asString()
        .contains("validation loss stopped improving", "step-2");
    assertThat(history(run)).hasSize(1 + 1 + 3);
    assertThat(checkpoints(run)).contains("step-8").doesNotContain("step-10");
  }

  @Test
  void newestFiveCheckpointsAndBestAreKept() throws IOException {
    // Such small steps leave the model as it is, so the first one stays the best.
    train(
            run,
            "--learning-rate",
            "1e-30",
            "--decay-rate",
            "1",
            "--save-every",
            "1",
            "--steps",
            "12")
        .assertDone();
    String best = Files.readAllLines(run.resolve("checkpoints/best")).get(0);
    assertThat(Integer.parseInt(best.substring(5))).isLessThan(8);
    assertThat(checkpoints(run))
        .containsExactlyInAnyOrder(
            "best", "latest", best, "step-8", "step-9", "step-10", "step-11", "step-12");
  }

  @Test
  void latestCheckpointIsExportedWithoutValidation() throws IOException {
    Run trained = train(run, "--steps", "4", "--save-every", "2", "--validation", "0");
    trained.assertDone();
    assertThat(trained.err()).last().asString().endsWith("of step-4");
    assertThat(checkpoints(run)).containsExactly("latest", "step-0", "step-2", "step-4");
    assertThat(history(run).get(1)).last().isEqualTo("");
  }

  @Test
  void divergedTrainingKeepsItsCheckpoints() throws IOException {
    Run trained = train(run, "--learning-rate", "1e38", "--steps", "20", "--save-every", "1");
    assertThat(trained.exitCode()).isEqualTo(1);
    assertThat(trained.err()).last().asString().contains("smaller learning rate");
    Run.of("sample", checkpoint(run, 0).toString(), "--length", "5").assertDone();
    assertThat(run.resolve("saved_model")).doesNotExist();
  }

  /** Without validation, the sample would be the first to notice. */
  @Test
  void weightsOfDivergedTrainingAreNotSaved() throws IOException {
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
  void samplesDoNotChangeTraining() throws IOException {
    for (String length : List.of("0", "7")) {
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
              "20")
          .assertDone();
    }
    assertThat(checkpoint(directory.resolve("7"), 20).resolve(DATA))
        .hasSameBinaryContentAs(checkpoint(directory.resolve("0"), 20).resolve(DATA));
    assertThat(history(directory.resolve("7"))).isEqualTo(history(directory.resolve("0")));
  }

  /** The sample at step N is that of the checkpoint with the seed of the run plus N. */
  @Test
  void sampleIsPrintedBelowEachCheckpoint() throws IOException {
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
    trained.assertDone();
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

  /** As if killed while it replaced its newest checkpoint. */
  @Test
  void resumeRestoresOrDeletesFilesOfKilledTraining() throws IOException {
    train(run, "--steps", "2").assertDone();
    Path newest = run.resolve("checkpoints/step-2");
    Path old = Files.move(newest, run.resolve("checkpoints/.step-2.0-0-1f.old"));
    Path half = Files.createDirectory(run.resolve("checkpoints/.step-2.0-0-1f.tmp"));
    Files.writeString(half.resolve(DATA), "half");
    Path file = Files.writeString(run.resolve(".history.csv.0-0-1f.tmp"), "half");
    Path mine = Files.writeString(run.resolve("notes.tmp"), "mine");
    Run.of("sample", newest).assertRejected(newest.toString(), old.toString());
    resume(run, "--steps", "4").assertDone();
    assertThat(List.of(old, half, file))
        .allSatisfy(leftover -> assertThat(leftover).doesNotExist());
    assertThat(newest).isDirectory();
    assertThat(mine).exists();
  }

  /** As if killed between its last checkpoint and the files that name it. */
  @Test
  void resumeOfFinishedTrainingNamesItsLastCheckpoints() throws IOException {
    train(run, "--steps", "4", "--save-every", "2").assertDone();
    Path latest = run.resolve("checkpoints/latest");
    Path best = run.resolve("checkpoints/best");
    assertThat(latest).hasContent("step-4\n");
    assertThat(best).hasContent("step-4\n"); // each is better than the one before
    Files.writeString(latest, "step-2\n");
    Files.writeString(best, "step-2\n");
    resume(run).assertDone();
    assertThat(latest).hasContent("step-4\n");
    assertThat(best).hasContent("step-4\n");
  }
}
