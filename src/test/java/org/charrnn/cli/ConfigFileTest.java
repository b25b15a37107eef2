package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --config FILE} of {@code lab} and {@code train}. */
class ConfigFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private Path text;
  private Path run;
  private Path repeated;
  private Path file; // of --config

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    run = directory.resolve("run");
    repeated = directory.resolve("repeated");
    file = directory.resolve("config.json");
  }

  private Path write(String json) throws IOException {
    return Files.writeString(file, json.replace('\'', '"'));
  }

  private List<String> train(String... more) {
    return plus(List.of("train", "--data=" + text), more);
  }

  private static List<String> dryRun(List<String> args) {
    return Run.of(plus(args, "--dry-run")).assertDone().out();
  }

  /** Returns the history without the speed. */
  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst("^((?:[^,]*,){5})[^,]*,", "$1"))
        .toList();
  }

  private void assertRepeats(List<String> args, String command) throws IOException {
    Run.of(plus(args, "--run=" + run)).assertDone();
    List<String> again = List.of(command, "--config=" + run.resolve("config.json"));
    assertThat(dryRun(again)).isEqualTo(dryRun(args));
    Run.of(plus(again, "--run=" + repeated)).assertDone();
    assertThat(history(repeated)).hasSizeGreaterThan(1).isEqualTo(history(run));
    assertSameConfig();
  }

  private void assertSameConfig() throws IOException {
    assertThat(repeated.resolve("config.json")).hasSameTextualContentAs(run.resolve("config.json"));
    assertThat(repeated.resolve("vocabulary.json"))
        .hasSameTextualContentAs(run.resolve("vocabulary.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--hidden=7 --layers=1 --learning-rate=0.05 --steps=5 --seed=-3 --sequence-length=9",
        "--steps=3 --kernel=fused --shards=3 --precision=bfloat16 --save-every=2",
        "--steps=3 --text=TEXT --encoding=US-ASCII --malformed=replace"
      })
  void configOfLabRunRepeatsRun(String options) throws IOException {
    Files.writeString(text, LabText.SENTENCE.substring(20));
    List<String> more = List.of(options.replace("TEXT", text.toString()).split(" ", -1));
    assertRepeats(Stream.concat(Stream.of("lab"), more.stream()).toList(), "lab");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--batch-size=8 --validation=0.1 --cell=gru --embedding=5 --dropout=0.3 --clip=0"
            + " --decay-after=0 --epochs=2 --validation-from=end",
        "--batch-size=8 --validation=0 --layers=1 --slices=2 --local-steps=2 --steps=8 --seed=9"
            + " --clip=0.1",
        "--batch-size=8 --validation=0.1 --learning-rate=1e-5 --decay-rate=1 --steps=5"
            + " --save-every=2 --patience=3 --kernel=ops",
        "--batch-size=4 --validation=0.1 --level=word --vocabulary-size=20 --steps=3"
            + " --sample-length=3",
        "--batch-size=8 --validation=0.1 --tie-embeddings --steps=3"
      })
  void configOfTrainRunRepeatsRun(String options) throws IOException {
    String all = "--hidden=7 --sequence-length=10 " + options;
    assertRepeats(train(all.split(" ", -1)), "train");
  }

  @Test
  void configRepeatsRunOnDirectory() throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    Files.move(text, corpus.resolve("b.txt"));
    Files.writeString(corpus.resolve("a.txt"), "another text");
    Files.writeString(corpus.resolve("c.md"), "not included");
    assertRepeats(
        List.of(
            "train",
            "--data=" + corpus,
            "--include=*.txt",
            "--hidden=3",
            "--batch-size=4",
            "--sequence-length=10",
            "--steps=2"),
        "train");
  }

  /** The vocabulary has the same tokens, whichever option limited it. */
  @Test
  void configRepeatsVocabularyOfMinCount() throws IOException {
    Files.writeString(text, LabText.SENTENCE.repeat(8) + "Quo vadis? Quo?");
    String[] options = {"--min-count=3", "--hidden=3", "--steps=2", "--batch-size=8"};
    Run.of(plus(train(options), "--run=" + run, "--sequence-length=10")).assertDone();
    Run.of("train", "--config", run.resolve("config.json"), "--run", repeated).assertDone();
    assertThat(history(repeated)).isEqualTo(history(run));
    assertSameConfig();
    assertThat(dryRun(List.of("train", "--config=" + run.resolve("config.json"), "--level=word")))
        .anyMatch(row -> row.matches("vocabulary-size +10000"));
  }

  @Test
  void configRepeatsVocabularyWithoutLimit() throws IOException {
    String[] options = {"--level=word", "--vocabulary-size=all", "--hidden=3", "--steps=2"};
    String[] shape = {"--batch-size=4", "--sequence-length=10", "--run=" + run};
    Run.of(plus(train(options), shape)).assertDone();
    Run.of("train", "--config", run.resolve("config.json"), "--run", repeated).assertDone();
    assertSameConfig();
    assertThat(Files.readString(repeated.resolve("vocabulary.json"))).doesNotContain("<unk>");
  }

  @Test
  void configRepeatsRunFromInitialWeights() throws IOException {
    Path first = directory.resolve("first");
    String[] sizes = {"--batch-size=8", "--sequence-length=10", "--validation=0", "--min-count=2"};
    Run.of(plus(train(sizes), "--hidden=7", "--steps=9", "--run=" + first)).assertDone();
    String[] more = {"--batch-size=8", "--sequence-length=10", "--validation=0", "--steps=2"};
    assertRepeats(plus(train(more), "--init-from=" + first), "train");
  }

  @Test
  void configOfEarlierVersionRepeatsRun() throws IOException {
    Path runs = Path.of("src/test/resources/runs");
    Run.of("train", "--config", runs.resolve("lab/config.json"), "--run", run, "--steps=60")
        .assertDone();
    List<String> losses = Files.readAllLines(run.resolve("history.csv"));
    assertThat(losses).hasSameSizeAs(Files.readAllLines(runs.resolve("lab/history.csv")));
    assertThat(dryRun(train("--config=" + runs.resolve("char/config.json"))))
        .anyMatch(row -> row.matches("hidden +\\d+"));
    Run.of("lab", "--config", runs.resolve("char/config.json"))
        .assertRejected("is the configuration of a run by charrnn train");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'hidden': 7, 'learning-rate': 0.1, 'sequence-length': 10, 'clip': 0, 'kernel': 'ops'}",
        "{'hidden': 7, 'learning_rate': 0.1, 'sequence_length': 10, 'clip': null, 'kernel': 'OPS'}",
        "{'model': {'hidden_size': 7}, 'training': {'learning_rate': 0.1, 'sequence_length': 10,"
            + " 'clip': null}, 'kernel': {'kind': 'ops'}}",
        "{'a': {'b': {'hidden-size': '7'}, 'learning-rate': '0.1', 'sequence-length': 10},"
            + " 'clip': 0.0, 'kernel': {'kind': 'ops', 'shards': 'auto'}}"
      })
  void keysCanBeFlatOrNestedWithDashesOrUnderscores(String json) throws IOException {
    write(json);
    List<String> expected =
        dryRun(
            train(
                "--hidden=7",
                "--learning-rate=0.1",
                "--sequence-length=10",
                "--clip=0",
                "--kernel=ops",
                "--batch-size=8"));
    assertThat(dryRun(train("--config=" + file, "--batch-size=8"))).isEqualTo(expected);
    assertThat(dryRun(train("--config", file.toString(), "--batch-size=8"))).isEqualTo(expected);
  }

  @Test
  void otherOptionsCanBeInFile() throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    Files.move(text, corpus.resolve("b.txt"));
    Path other = Files.writeString(directory.resolve("other.txt"), LabText.SENTENCE);
    write(
        "{'data': ['%s', '%s'], 'include': '*.txt', 'run': '%s', 'verbose': true, 'dry-run': true}"
            .formatted(corpus, other, run));
    Run read = Run.of("train", "--config", file, "--batch-size=8", "--sequence-length=10");
    assertThat(read.assertDone().out()).anyMatch(row -> row.matches("files +2"));
    assertThat(run).doesNotExist();
    write("{'listing': 'none', 'steps': 1, 'verbose': false, 'run': '%s'}".formatted(run));
    Run lab = Run.of("lab", "--config", file).assertDone();
    assertThat(lab.out()).hasSize(1);
    assertThat(lab.err()).hasSize(1);
    assertThat(run).isDirectory();
  }

  @Test
  void engineOptionsCanBeInFile() throws IOException {
    write("{'engine': 'spark', 'master': 'local[2]', 'conf': {'a.b': 1, 'c': 'd'}, 'slices': 2}");
    List<String> args =
        train("--config=" + file, "--run=" + run, "--steps=1", "--hidden=3", "--batch-size=8");
    var settings =
        RecordingEngine.record(
            directory, () -> Run.of(plus(args, "--sequence-length=10", "--sample-length=0")));
    assertThat(settings.master()).isEqualTo("local[2]");
    assertThat(settings.configuration()).containsEntry("a.b", "1").containsEntry("c", "d");
  }

  @Test
  void commandLineTakesPrecedence() throws IOException {
    write("{'hidden': 7, 'layers': 1, 'steps': 9, 'batch_size': 8, 'sequence_length': 10}");
    List<String> expected =
        dryRun(
            train(
                "--hidden=5", "--layers=1", "--steps=9", "--batch-size=8", "--sequence-length=10"));
    assertThat(dryRun(train("--config=" + file, "--hidden=5"))).isEqualTo(expected);
    assertThat(dryRun(train("--hidden", "5", "--config", file.toString()))).isEqualTo(expected);
  }

  @Test
  void stepsAndEpochsOfCommandLineReplaceEachOther() throws IOException {
    write("{'steps': 9, 'batch_size': 8, 'sequence_length': 10}");
    assertThat(dryRun(train("--config=" + file, "--epochs=2")))
        .isEqualTo(dryRun(train("--epochs=2", "--batch-size=8", "--sequence-length=10")));
    write("{'epochs': 9, 'batch_size': 8, 'sequence_length': 10}");
    assertThat(dryRun(train("--config=" + file, "--steps=2")))
        .isEqualTo(dryRun(train("--steps=2", "--batch-size=8", "--sequence-length=10")));
    write("{'epochs': 9, 'steps': 2, 'batch_size': 8, 'sequence_length': 10}");
    Run.of(train("--config=" + file)).assertRejected("--steps or --epochs, not both");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'hiden': 7} | FILE: charrnn train has no setting 'hiden'; see charrnn train --help",
        "{'training': {'rate': 7}} | FILE: charrnn train has no setting 'training.rate'",
        "{'listing': 'all'} | has no setting 'listing'; it is one of charrnn lab",
        "{'top_k': 3} | has no setting 'top_k'",
        "{'config': 'other.json'} | has no setting 'config'",
        "{'resume': 'run'} | has no setting 'resume'",
        "{'help': true} | has no setting 'help'",
        "{'classes': 3} | has no setting 'classes'",
        "{'version': '1', 'hiden_size': 3} | has no setting 'hiden_size'",
        "{'hidden': 'many'} | FILE: hidden must be a whole number from 1 to 1000000, got 'many'",
        "{'model': {'hidden_size': 0}} | FILE: model.hidden_size must be from 1 to 1000000, got 0",
        "{'hidden': 1.5} | FILE: hidden must be a whole number from 1 to 1000000, got '1.5'",
        "{'hidden': true} | FILE: hidden must be a number or a string, got true",
        "{'hidden': [1, 2]} | FILE: hidden must be a number or a string, got [1,2]",
        "{'hidden': null} | FILE: hidden must be",
        "{'dropout': 1} | FILE: dropout must be from 0 to below 1, got 1",
        "{'cell': 'cnn'} | FILE: cell must be lstm, gru or rnn, got 'cnn'",
        "{'dry_run': 'no'} | FILE: dry_run must be true or false, got \"no\"",
        "{'engine': 'abacus'} | FILE: engine: Invalid value for option '--engine'",
        "{'data': {'a': 1}} | has no setting 'data.a'",
        "{'include': [1, [2]]} | FILE: include must be a number or a string, got [1,[2]]",
        "{'hidden': 1, 'model': {'hidden_size': 2}} | hidden and model.hidden_size are the same",
        "{'hidden': 1, 'hidden': 2} | FILE is not JSON: line 1: Duplicate",
        "{'hidden': 1 | FILE is not JSON: line 1: Unexpected end-of-input",
        "{'hidden': 1} x | FILE is not JSON: line 1: Unrecognized token 'x'",
        "hidden | FILE is not JSON: line 1: Unrecognized token 'hidden'",
        "[1] | FILE is not a JSON object with settings",
        "7 | FILE is not a JSON object with settings",
        "'' | FILE is not a JSON object with settings",
        "{'kind': 'lab'} | FILE is the configuration of a run by charrnn lab; use it with",
        "{'kind': 'test'} | FILE: kind must be lab or train, got \"test\""
      })
  void invalidFileIsRejectedInOneLine(String json, String message) throws IOException {
    write(json);
    Run.of(train("--config=" + file, "--run=" + run))
        .assertRejected(message.replace("FILE", file.toString()));
    assertThat(run).doesNotExist();
  }

  @Test
  void missingFileIsRejected() {
    Run.of(train("--config=" + file)).assertRejected("there is no file " + file);
    Run.of(train("--config=" + directory)).assertRejected("cannot read " + directory);
    Run.of(train("--config=")).assertRejected("--config: the file name is empty");
    Run.of("train", "--config").assertRejected("--config");
  }

  @Test
  void configOfOtherCommandIsRejected() throws IOException {
    Run.of("lab", "--steps=1", "--listing=none", "--run=" + run).assertDone();
    Path config = run.resolve("config.json");
    Run.of(train("--config=" + config))
        .assertRejected(config + " is the configuration of a run by charrnn lab");
    ObjectNode json = (ObjectNode) JSON.readTree(config.toFile());
    JSON.writeValue(file.toFile(), json.put("kind", "train"));
    Run.of("lab", "--config=" + file)
        .assertRejected(file + " is the configuration of a run by charrnn train");
  }

  /** Without a text, {@code train} is the lab; the file decides if it has a text. */
  @Test
  void fileCanDecideWhetherTrainIsLab() throws IOException {
    write("{'hidden': 7, 'layers': 1}");
    assertThat(dryRun(List.of("train", "--config=" + file)))
        .isEqualTo(dryRun(List.of("lab", "--hidden=7", "--layers=1")));
    write("{'data': '%s', 'batch_size': 8, 'sequence_length': 10}".formatted(text));
    assertThat(dryRun(List.of("train", "--config=" + file)))
        .isEqualTo(dryRun(train("--batch-size=8", "--sequence-length=10")));
    write("{'dropout': 0.1}");
    Run.of("train", "--config=" + file).assertRejected("--data is missing");
    Run.of("lab", "--config=" + file)
        .assertRejected(
            file + ": charrnn lab has no setting 'dropout'; it is one of charrnn train");
  }
}
