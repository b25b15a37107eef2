package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts in {@code scripts/} that use a SavedModel, run on the lab trained in Java. */
@ParameterizedClass
@EnumSource(Python.Version.class)
class ScriptsIT {
  private static final Path GENERATE = Path.of("scripts/generate.py");
  private static final Path FINETUNE = Path.of("scripts/finetune.py");
  private static final Path PREDICT = Path.of("scripts/predict.py");

  @TempDir private static Path temporary;

  @Parameter Python.Version version;

  private static Python python;
  private static Path directory;
  private static Path savedModel;

  @BeforeParameterizedClassInvocation
  static void trainLab(Python.Version version) throws IOException {
    python = Python.get(version);
    directory = Files.createDirectory(temporary.resolve(version.name()));
    savedModel = Exported.create(ExampleModel.LAB, 500, directory.resolve("lab")).path();
  }

  /** Runs a script, and drops TensorFlow's own log lines, which cannot be turned off. */
  private static Python.Result run(Path script, Object... arguments) throws IOException {
    Python.Result result = python.run(script, arguments);
    Stream<String> err = result.err().lines();
    return new Python.Result(
        result.exitCode(),
        result.out(),
        String.join(
            "\n", err.filter(line -> !line.matches("WARNING: All log.*|[IW]0000 .*")).toList()));
  }

  private static void assertFails(String message, Path script, Object... arguments)
      throws IOException {
    assertThat(run(script, arguments)).isEqualTo(new Python.Result(1, "", message));
  }

  @Test
  void greedySamplingContinuesTheSentence() throws IOException {
    Python.Result result =
        run(GENERATE, savedModel, "if you want", "--length", 19, "--temperature", 0, "--count", 2);
    String sentence = "if you want to build a ship, d";
    assertThat(result).isEqualTo(new Python.Result(0, sentence + "\n\n" + sentence, ""));
  }

  @Test
  void modelInAnEarlierFormatGeneratesItsText() throws IOException {
    Path model = Path.of("src/test/resources/saved_model/tf2");
    assertThat(run(GENERATE, model, "the cat", "--length", 16, "--temperature", 0))
        .isEqualTo(new Python.Result(0, "the cat on the mat, é 🐈", ""));
  }

  /** The character after the first one is ambiguous, so any prediction of it is accepted. */
  @Test
  void predictsTheNextCharacterAtEachPosition() throws IOException {
    Python.Result result = run(PREDICT, savedModel, "if you wan");
    assertThat(result.out()).matches("if you wan -> . you want");
    assertThat(result).isEqualTo(new Python.Result(0, result.out(), ""));
  }

  @Test
  void errorsAreOneLine() throws IOException {
    String unknown = "characters that are not in the vocabulary: `Z`";
    assertFails("generate: " + unknown, GENERATE, savedModel, "Zou");
    assertFails(
        "generate: length must be at least 0, got -1", GENERATE, savedModel, "you", "--length", -1);
    Path run = savedModel.getParent();
    assertFails(
        "predict: SavedModel file does not exist at: "
            + run
            + "/{saved_model.pbtxt|saved_model.pb}",
        PREDICT,
        run,
        "if");
    Path odd = Files.writeString(directory.resolve("odd.txt"), "Zou");
    Path nothing = directory.resolve("nothing");
    assertFails("finetune: " + unknown, FINETUNE, savedModel, odd, nothing);
    assertFails(
        "finetune: [Errno 2] No such file or directory: '%s'".formatted(nothing),
        FINETUNE,
        savedModel,
        nothing,
        nothing);
    Python.Result usage = run(FINETUNE, savedModel, odd, nothing, "--steps", 0);
    assertThat(usage.exitCode()).isEqualTo(2);
    assertThat(usage.err()).endsWith("error: argument --steps: must be at least 1, got 0");
    assertThat(nothing).doesNotExist();
  }

  @Test
  void fineTunesOnAnotherTextAndJavaOpensTheModel() throws IOException {
    String another = "people want to teach the sea to assign tasks. ";
    Path text = Files.writeString(directory.resolve("another.txt"), another.repeat(20));
    Path tuned = directory.resolve("tuned");
    List<Object> settings =
        List.of("--steps", 100, "--sequence-length", 20, "--learning-rate", 0.02);
    Python.Result result =
        run(
            FINETUNE,
            Stream.concat(Stream.of(savedModel, text, tuned), settings.stream()).toArray());
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).matches("step 50/100: .* nats\nstep 100/100: .* nats");
    assertThat(TrainedModel.open(tuned).vocabulary().tokens())
        .isEqualTo(ExampleModel.LAB.vocabulary().tokens());
    List<Object> greedy = List.of(tuned, "people want", "--length", 34, "--temperature", 0);
    assertThat(run(GENERATE, greedy.toArray()).out()).isEqualTo(another.strip());
  }
}
