package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.model.ComputeKernel;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code charrnn lab}, run in this JVM: its output, its files and its exit code. */
class LabCommandTest {
  @TempDir Path directory;
  private Path run;

  @BeforeEach
  void nameRun() {
    run = directory.resolve("run");
  }

  private Run lab(String... more) {
    List<String> args = new ArrayList<>(List.of("lab", "--run", run.toString()));
    args.addAll(List.of(more));
    return Run.of(args);
  }

  private Path textFile(String content) throws IOException {
    return Files.writeString(directory.resolve("text.txt"), content);
  }

  private void assertRejected(Run rejected, String... partsOfMessage) {
    rejected.assertRejected(partsOfMessage);
    assertThat(run).doesNotExist();
  }

  @Test
  void sentenceIsReadBack() {
    Run lab = lab().assertDone();
    assertThat(lab.out().get(0)).isEqualTo("0 if you wan -> f you want");
    assertThat(lab.out().get(169)).isEqualTo("169 of the sea -> f the sea.");
    assertThat(lab.out().get(170)).matches("0 0 .{10} 3\\.\\d{7}");
    String sentence = lab.out().get(lab.out().size() - 1);
    // The character after the first i is ambiguous; all that follow are certain.
    assertThat(sentence.substring(1)).isEqualTo(LabText.SENTENCE.substring(2));
    // The windows; every window at steps 0 and 499, one at 10, 20 ... 490; the sentence.
    assertThat(lab.out()).hasSize(170 + 2 * 170 + 49 + 1);
    assertThat(lab.err()).singleElement().asString().contains("500 steps", "saved_model");
    assertThat(run).isDirectoryRecursivelyContaining("glob:**saved_model.pb");
  }

  @Test
  void trainWithoutDataIsLab() throws IOException {
    Run lab = lab("--steps", "30", "--seed", "-5").assertDone();
    Path other = directory.resolve("other");
    Run train = Run.of("train", "--seed", "-5", "--steps", "30", "--run", other).assertDone();
    assertThat(train.out()).isEqualTo(lab.out());
    assertThat(other.resolve("history.csv")).hasSameBinaryContentAs(run.resolve("history.csv"));
  }

  @Test
  void listingAllPrintsEachWindowAtEachStep() {
    Run lab = lab("--steps", "7", "--listing", "all");
    assertThat(lab.out()).hasSize(170 + 7 * 170 + 1);
    assertThat(lab.out().get(170 + 6 * 170 + 169)).startsWith("6 169 ");
  }

  @Test
  void listingNonePrintsOnlySentence() {
    assertThat(lab("--steps", "1", "--listing", "none").out()).hasSize(1);
  }

  @Test
  void historyDependsOnSeed() throws IOException {
    Path history = run.resolve("history.csv");
    lab("--steps", "20", "--listing", "none", "--seed", "5");
    String first = Files.readString(history);
    lab("--steps", "20", "--listing", "none", "--seed", "5");
    String second = Files.readString(history);
    lab("--steps", "20", "--listing", "none", "--seed", "6");
    assertThat(first.lines()).hasSize(21).first().isEqualTo("step,mean_loss_nats");
    assertThat(second).isEqualTo(first);
    assertThat(Files.readString(history)).isNotEqualTo(first);
    assertThat(run.resolve("previous-2/saved_model")).isDirectory();
  }

  @Test
  void textIsReadInCodePoints() throws IOException {
    String text = "안녕하세요 세계 😀😁 hello, 안녕히 가세요 😁";
    Run lab =
        lab("--text", textFile(text + "\n").toString(), "--steps", "300", "--listing", "none")
            .assertDone();
    int[] read = lab.out().get(0).codePoints().toArray();
    int[] expected = text.codePoints().skip(1).toArray();
    assertThat(read).hasSameSizeAs(expected);
    // The start of a window is ambiguous after a single character; the rest must be right.
    assertThat(IntStream.range(5, read.length).filter(i -> read[i] != expected[i])).isEmpty();
  }

  @Test
  void zeroStepsReadSentenceWithInitialWeights() {
    lab("--steps", "300", "--listing", "none");
    Path checkpoint = run.resolve("checkpoints/step-300");
    // This moves the earlier run, whose weights have been read before.
    Run read = lab("--steps", "0", "--listing", "none", "--init-from", checkpoint.toString());
    read.assertDone();
    assertThat(read.out().get(0).substring(1)).isEqualTo(LabText.SENTENCE.substring(2));
  }

  @Test
  void kernelIsOpsByDefault() {
    lab("--steps", "1").assertDone();
    assertThat(RunDirectory.open(run).config().kernel()).isEqualTo(ComputeKernel.OPS);
    lab("--steps", "1", "--kernel=fused", "--shards=3").assertDone();
    assertThat(RunDirectory.open(run).config().kernel()).isEqualTo(ComputeKernel.fused(3));
  }

  @Test
  void shardsNeedFusedKernel() {
    assertRejected(lab("--shards=2"), "--shards needs the fused kernel");
  }

  @ParameterizedTest
  @CsvSource({
    "--layers, 0, --layers must be from 1 to 100",
    "--layers, 101, --layers must be from 1 to 100",
    "--hidden, 0, --hidden must be from 1",
    "--hidden, 1000000000, --hidden must be from 1",
    "--hidden, 1000000, GB",
    "--steps, -1, --steps must be at least 0",
    "--learning-rate, 0, --learning-rate must be above 0",
    "--learning-rate, NaN, --learning-rate must be above 0",
    "--learning-rate, x, '--learning-rate must be a number above 0, got ''x'''",
    "--sequence-length, 0, --sequence-length must be at least 1",
    "--sequence-length, 180, use a longer text or a smaller sequence length",
    "--listing, some, --listing",
    "--text, no-such-file, there is no file no-such-file",
    "--init-from, no-such-checkpoint, no-such-checkpoint.index",
    "--no-such-option, 1, Unknown option"
  })
  void invalidValueIsRejectedInOneLine(String option, String value, String message) {
    assertRejected(lab(option, value), message);
  }

  @Test
  void optionOfOtherCommandNamesThatCommand() {
    assertRejected(lab("--dropout=0.1"), "--dropout is an option of charrnn train");
    assertRejected(lab("--data=x"), "--data is an option of charrnn train");
    assertRejected(lab("--engine=spark"), "--engine is an option of charrnn train");
    assertRejected(lab("--top-k=1"), "--top-k is an option of charrnn sample");
  }

  @Test
  void unusableTextIsRejectedInOneLine() throws IOException {
    assertRejected(lab("--text", textFile("").toString()), "text.txt is empty");
    assertRejected(lab("--text", textFile("short").toString()), "5 characters", "11");
    assertRejected(lab("--text", textFile("a".repeat(20)).toString()), "1 distinct character");
    assertRejected(lab("--text", directory.toString()), "is a directory");
    Path broken = directory.resolve("broken.txt");
    Files.write(broken, "0123456789\u00ff0123456789".getBytes(StandardCharsets.ISO_8859_1));
    assertRejected(lab("--text", broken.toString()), "broken.txt", "0xff at offset 10");
  }

  @Test
  void bookIsRejectedBeforeItsMemoryIsAllocated() throws IOException {
    String book = LabText.SENTENCE.repeat(10_000);
    assertRejected(
        lab("--text", textFile(book).toString(), "--hidden", "512"), "1,799,990 windows", "GB");
  }

  @Test
  void runDirectoryThatCannotBeCreatedIsRejected() throws IOException {
    Path file = textFile("x");
    Run.of("lab", "--steps", "1", "--run", file)
        .assertRejected("text.txt is a file", "choose another directory");
    Run.of("lab", "--steps", "1", "--run", file.resolve("run"))
        .assertRejected("text.txt/run", "choose another directory");
    assertThat(file).hasContent("x");
  }
}
