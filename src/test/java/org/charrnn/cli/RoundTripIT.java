package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.testing.Python;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A model goes from the command line to Python and back: it is exported, trained further in Python,
 * and used here like any other model.
 */
@ParameterizedClass
@EnumSource(Python.Version.class)
class RoundTripIT {
  private static final Path FINETUNE = Path.of("scripts/finetune.py");
  private static final Path CHECK = Path.of("src/test/python/check_round_trip.py");

  /** The arguments that {@code check_round_trip.py} samples with. */
  private static final List<String> SAMPLING =
      List.of(
          "--prime=the ", "--length=80", "--temperature=0.7", "--top-k=5", "--seed=9", "--count=2");

  /** {@code evaluate} prints four decimals. */
  private static final double HALF_OF_LAST_DIGIT = 5.1e-5;

  @TempDir private static Path temporary;

  @Parameter Python.Version version;

  private static Path directory;
  private static Path another; // what Python trains on
  private static Path exported;
  private static Path tuned;
  private static Python python;

  @BeforeParameterizedClassInvocation
  static void exportAndFinetune(Python.Version version) throws IOException {
    python = Python.get(version);
    directory = Files.createDirectory(temporary.resolve(version.name()));
    Path text = Files.writeString(directory.resolve("text"), LabText.SENTENCE.repeat(8));
    another =
        Files.writeString(
            directory.resolve("another"),
            "the sea and the wood, the wood and the sea. ".repeat(30));
    run("train", "--data", text, "--run", directory.resolve("run"), "--steps=60", training(0.02));
    exported = directory.resolve("models/sea/1");
    run("export", directory.resolve("run"), exported);
    tuned = directory.resolve("models/sea/2");
    Python.Result result =
        python.run(
            FINETUNE,
            exported,
            another,
            tuned,
            "--steps",
            60,
            "--learning-rate",
            0.01,
            "--batch-size",
            8,
            "--sequence-length",
            20);
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private static List<String> training(double learningRate) {
    return List.of(
        "--hidden=16",
        "--batch-size=8",
        "--sequence-length=10",
        "--validation=0",
        "--learning-rate=" + learningRate);
  }

  private static List<String> run(Object... words) {
    List<?> args =
        Stream.of(words)
            .flatMap(word -> word instanceof List<?> list ? list.stream() : Stream.of(word))
            .toList();
    return Run.of(args).assertDone().out();
  }

  private static JsonNode runInPython(Path model) throws IOException {
    Python.Result result = python.run(CHECK, model, another);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return new ObjectMapper().readTree(result.out());
  }

  private static void assertSameTexts(Path model, JsonNode inPython) {
    List<String> texts = new ArrayList<>(run("sample", model, SAMPLING));
    texts.removeIf(line -> line.startsWith("=== text ")); // the lines above the texts
    assertThat(texts).hasSize(2).doesNotHaveDuplicates();
    assertThat(inPython.get("function").valueStream().map(JsonNode::asText))
        .containsExactlyElementsOf(texts);
    assertThat(inPython.get("command_line").valueStream().map(JsonNode::asText))
        .containsExactlyElementsOf(texts);
  }

  private static void assertSameLoss(Path model, JsonNode inPython) {
    assertThat(meanLoss(model))
        .isCloseTo(inPython.get("mean_loss").asDouble(), within(HALF_OF_LAST_DIGIT));
  }

  private static double meanLoss(Path model) {
    String line = run("evaluate", model, another).get(0); // mean loss: 0.4966 nats
    return Double.parseDouble(line.replaceAll("[^.\\d]", ""));
  }

  @Test
  void sameSeedGivesSameTextInJavaAndPython() throws IOException {
    JsonNode inPython = runInPython(exported);
    assertSameTexts(exported, inPython);
    assertSameLoss(exported, inPython);
  }

  @Test
  void modelFinetunedInPythonIsUsedInJava() throws IOException {
    JsonNode inPython = runInPython(tuned);
    assertSameTexts(tuned, inPython);
    assertSameLoss(tuned, inPython);
    assertThat(meanLoss(tuned)).isLessThan(meanLoss(exported) - 0.5);
    assertThat(run("inspect", tuned))
        .anyMatch(row -> row.contains("generate input prime"))
        .anyMatch(row -> row.matches(" *cell +lstm"));
  }

  /** With such a small learning rate, the loss stays the same. */
  @Test
  void trainingStartsFromModelFinetunedInPython() {
    Path more = directory.resolve("more");
    run(
        "train",
        "--data",
        another,
        "--run",
        more,
        "--init-from",
        tuned,
        "--steps=2",
        training(1e-7));
    assertThat(meanLoss(more)).isCloseTo(meanLoss(tuned), within(1e-3));
    assertThat(meanLoss(more)).isLessThan(meanLoss(exported) - 0.5);
  }

  @Test
  void exportsOfModelSavedByPythonAreEqual() throws IOException {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    run("export", tuned, first);
    run("export", tuned, second);
    assertSameFiles(first, second);
    run("export", tuned, tuned); // replaces itself, without the file that Python added
    assertSameFiles(first, tuned);
  }

  private static void assertSameFiles(Path one, Path other) throws IOException {
    try (Stream<Path> files = Files.walk(one)) {
      List<Path> all = files.filter(Files::isRegularFile).map(one::relativize).toList();
      assertThat(all).hasSize(6);
      for (Path file : all) {
        assertThat(other.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
      }
    }
    assertThat(other.resolve("fingerprint.pb")).doesNotExist();
  }
}
