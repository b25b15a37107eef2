package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code --precision auto}: resolved once, when a run starts. What is chosen depends on the CPU.
 */
class AutomaticPrecisionTest {
  private static final String WEIGHTS = "checkpoints/step-%d/model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;
  private Path run;
  private Path other;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    run = directory.resolve("run");
    other = directory.resolve("other");
  }

  private Run train(Path to, String... more) {
    List<String> args =
        List.of(
            "train",
            "--data=" + text,
            "--run=" + to,
            "--hidden=16",
            "--batch-size=8",
            "--sequence-length=10",
            "--decay-rate=1"); // which does not depend on the number of steps
    return Run.of(plus(args, more));
  }

  private static String precision(Path run) throws IOException {
    return new ObjectMapper()
        .readTree(run.resolve("config.json").toFile())
        .at("/kernel/precision")
        .textValue();
  }

  /** Returns the lines that tell what was chosen. */
  private static List<String> choices(Run run) {
    return run.err().stream().filter(line -> line.startsWith("charrnn: precision ")).toList();
  }

  private static void assertSameWeights(Path run, Path other, int step) {
    assertThat(run.resolve(WEIGHTS.formatted(step)))
        .hasSameBinaryContentAs(other.resolve(WEIGHTS.formatted(step)));
  }

  @Test
  void resumedRunKeepsWhatWasChosen() throws IOException {
    Run first = train(run, "--precision=auto", "--steps=4").assertDone();
    String chosen = precision(run);
    assertThat(chosen).isIn("float32", "bfloat16");
    assertThat(choices(first))
        .singleElement()
        .asString()
        .matches("charrnn: precision " + chosen + ": th.*");
    Run second = Run.of("train", "--resume=" + run, "--steps=9").assertDone();
    assertThat(choices(second)).isEmpty();
    assertThat(precision(run)).isEqualTo(chosen);
    Run whole = train(other, "--precision=" + chosen, "--steps=9").assertDone();
    assertThat(choices(whole)).isEmpty();
    assertSameWeights(run, other, 9);
  }

  @Test
  void configOfTheRunRepeatsIt() throws IOException {
    train(run, "--precision=AUTO", "--steps=3").assertDone();
    Run again =
        Run.of("train", "--config=" + run.resolve("config.json"), "--run=" + other).assertDone();
    assertThat(choices(again)).isEmpty();
    assertThat(precision(other)).isEqualTo(precision(run));
    assertSameWeights(run, other, 3);
  }

  @Test
  void configFileCanLeaveItToTheProgram() throws IOException {
    Path config = directory.resolve("config.json");
    Files.writeString(config, "{\"kernel\": {\"precision\": \"auto\"}}");
    assertThat(choices(train(run, "--config=" + config, "--steps=1").assertDone())).hasSize(1);
    assertThat(choices(train(other, "--config=" + config, "--steps=1", "--precision=bfloat16")))
        .isEmpty();
    assertThat(precision(other)).isEqualTo("bfloat16");
    Files.writeString(config, "{\"precision\": \"float16\"}");
    train(run, "--config=" + config)
        .assertRejected("precision must be float32, bfloat16 or auto, got 'float16'");
  }

  @Test
  void newRunFromWeightsIsMeasuredAnew() throws IOException {
    train(run, "--precision=bfloat16", "--steps=1").assertDone();
    Run tuned = train(other, "--init-from=" + run, "--precision=auto", "--steps=1").assertDone();
    assertThat(choices(tuned))
        .singleElement()
        .asString()
        .startsWith("charrnn: precision " + precision(other));
  }

  @Test
  void resumeRejectsIt() {
    train(run, "--steps=1").assertDone();
    Run.of("train", "--resume=" + run, "--steps=2", "--precision=auto")
        .assertRejected("--precision cannot be changed by --resume");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "lab", "benchmark"})
  void otherValuesAreRejected(String command) {
    Run.of(
            command.equals("train")
                ? List.of(command, "--data=" + text, "--precision=half")
                : List.of(command, "--precision=half"))
        .assertRejected("--precision must be float32, bfloat16 or auto, got 'half'");
  }

  @Test
  void dryRunPrintsWhatIsChosen() {
    assertThat(train(run, "--precision=auto", "--dry-run").assertDone().out())
        .anyMatch(line -> line.matches("precision +(float32|bfloat16)"));
    assertThat(run).doesNotExist();
  }

  @Test
  void opsKernelStaysInSinglePrecision() throws IOException {
    String line = "charrnn: precision float32: the ops kernel has no other";
    Run ops = train(run, "--kernel=ops", "--precision=auto", "--steps=1").assertDone();
    assertThat(choices(ops)).singleElement().asString().startsWith(line);
    Run lab =
        Run.of("lab", "--precision=auto", "--steps=1", "--listing=none", "--run=" + other)
            .assertDone();
    assertThat(choices(lab)).singleElement().asString().startsWith(line);
    assertThat(precision(run)).isEqualTo("float32");
    assertThat(precision(other)).isEqualTo("float32");
  }

  @Test
  void fusedLabIsMeasured() throws IOException {
    Run lab =
        Run.of(
                "lab",
                "--kernel=fused",
                "--precision=auto",
                "--steps=1",
                "--listing=none",
                "--run=" + run)
            .assertDone();
    assertThat(choices(lab))
        .singleElement()
        .asString()
        .startsWith("charrnn: precision " + precision(run));
  }

  @Test
  void benchmarkReportsWhatItChose() {
    Run benchmark =
        Run.of(
                "benchmark",
                "training",
                "--hidden=8",
                "--batch-size=4",
                "--sequence-length=5",
                "--rounds=1",
                "--steps=1",
                "--precision=auto")
            .assertDone();
    assertThat(choices(benchmark)).hasSize(1);
    String chosen = choices(benchmark).get(0).replaceFirst("charrnn: precision (\\w+): .*", "$1");
    assertThat(chosen).isIn("float32", "bfloat16");
    assertThat(benchmark.out()).anyMatch(line -> line.contains(chosen));
  }
}
