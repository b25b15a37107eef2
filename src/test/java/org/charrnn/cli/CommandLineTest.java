package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a person calls it, in this JVM: what it prints, leaves and returns. */
class CommandLineTest {
  @TempDir Path directory;

  private Run train(String... args) {
    return Run.of(
        Stream.concat(
                Stream.of("train", "--run", directory.resolve("run").toString()), Stream.of(args))
            .toArray(String[]::new));
  }

  private Path textFile(String content) throws IOException {
    return Files.writeString(directory.resolve("text.txt"), content);
  }

  private void assertRefused(Run run, String... partsOfTheMessage) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("charrnn: ")
        .contains(partsOfTheMessage);
    assertThat(directory.resolve("run")).doesNotExist();
  }

  @Test
  void theLabReadsItsSentenceBack() {
    Run run = train();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().get(0)).isEqualTo("0 if you wan -> f you want");
    assertThat(run.out().get(169)).isEqualTo("169 of the sea -> f the sea.");
    assertThat(run.out().get(170)).matches("0 0 .{10} 3\\.\\d{7}");
    String sentence = run.out().get(run.out().size() - 1);
    // Nothing tells the first character after an i from the others; all that follow are certain.
    assertThat(sentence.substring(1)).isEqualTo(LabConfig.SENTENCE.substring(2));
    // The windows; every window at steps 0 and 499, one at 10, 20 ... 490; the sentence.
    assertThat(run.out()).hasSize(170 + 2 * 170 + 49 + 1);
    assertThat(run.err()).singleElement().asString().contains("500 steps", "saved_model");
    assertThat(directory.resolve("run")).isDirectoryRecursivelyContaining("glob:**saved_model.pb");
  }

  @Test
  void theWholeListingHasALineForEachWindowOfEachStep() {
    Run run = train("--steps", "7", "--listing", "all");
    assertThat(run.out()).hasSize(170 + 7 * 170 + 1);
    assertThat(run.out().get(170 + 6 * 170 + 169)).startsWith("6 169 ");
  }

  @Test
  void withoutListingOnlyTheSentenceIsPrinted() {
    assertThat(train("--steps", "1", "--listing", "none").out()).hasSize(1);
  }

  @Test
  void theSameSeedGivesTheSameHistoryAndAnotherSeedAnother() throws IOException {
    Path history = directory.resolve("run/history.csv");
    train("--steps", "20", "--listing", "none", "--seed", "5");
    String first = Files.readString(history);
    train("--steps", "20", "--listing", "none", "--seed", "5");
    String second = Files.readString(history);
    train("--steps", "20", "--listing", "none", "--seed", "6");
    assertThat(first.lines()).hasSize(21).first().isEqualTo("step,mean_loss_nats");
    assertThat(second).isEqualTo(first);
    assertThat(Files.readString(history)).isNotEqualTo(first);
    assertThat(directory.resolve("run/previous-2/saved_model")).isDirectory();
  }

  @Test
  void aTextOfAnyScriptIsLearnedByCodePoints() throws IOException {
    String text = "안녕하세요 세계 😀😁 hello, 안녕히 가세요 😁";
    Run run =
        train("--text", textFile(text + "\n").toString(), "--steps", "300", "--listing", "none");
    assertThat(run.exitCode()).isZero();
    int[] read = run.out().get(0).codePoints().toArray();
    int[] expected = text.codePoints().skip(1).toArray();
    assertThat(read).hasSameSizeAs(expected);
    // What stands at the start of a window cannot be told by one character; the rest must be right.
    assertThat(IntStream.range(5, read.length).filter(i -> read[i] != expected[i])).isEmpty();
  }

  @Test
  void noStepOnlyReadsTheWeightsItStartsFrom() {
    train("--steps", "300", "--listing", "none");
    Path checkpoint = directory.resolve("run/checkpoints/step-300");
    Run trained = train("--steps", "0", "--listing", "none", "--init-from", checkpoint.toString());
    // The run that was started from has been moved; the weights were read before.
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out().get(0).substring(1)).isEqualTo(LabConfig.SENTENCE.substring(2));
  }

  @ParameterizedTest
  @CsvSource({
    "--layers, 0, --layers must be from 1 to 100",
    "--layers, 101, --layers must be from 1 to 100",
    "--hidden, 0, --hidden must be from 1",
    "--hidden, 1000000000, --hidden must be from 1",
    "--hidden, 1000000, GB",
    "--steps, -1, --steps must not be negative",
    "--learning-rate, 0, --learning-rate must be above 0",
    "--learning-rate, NaN, --learning-rate must be above 0",
    "--learning-rate, x, is not a float",
    "--sequence-length, 0, --sequence-length must be at least 1",
    "--sequence-length, 180, use a longer text or a smaller sequence length",
    "--listing, some, --listing",
    "--text, no-such-file, there is no file no-such-file",
    "--init-from, no-such-checkpoint, no-such-checkpoint.index",
    "--no-such-option, 1, Unknown option"
  })
  void aBadOptionIsToldInOneLine(String option, String value, String message) {
    assertRefused(train(option, value), message);
  }

  @Test
  void aBadTextIsToldInOneLine() throws IOException {
    assertRefused(train("--text", textFile("").toString()), "text.txt is empty");
    assertRefused(train("--text", textFile("short").toString()), "5 characters", "11");
    assertRefused(train("--text", textFile("a".repeat(20)).toString()), "1 distinct character");
    assertRefused(train("--text", directory.toString()), "is a directory");
    Path broken = directory.resolve("broken.txt");
    Files.write(broken, "0123456789\u00ff0123456789".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(train("--text", broken.toString()), "broken.txt", "0xff at offset 10");
  }

  @Test
  void aBookInPlaceOfASentenceIsRefusedBeforeItTakesTheMemory() throws IOException {
    String book = LabConfig.SENTENCE.repeat(10_000);
    assertRefused(
        train("--text", textFile(book).toString(), "--hidden", "512"), "1,799,990 windows", "GB");
  }

  @Test
  void aRunDirectoryThatCannotBeIsToldInOneLine() throws IOException {
    Path file = textFile("x");
    Run run = Run.of("train", "--steps", "1", "--run", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("text.txt is a file", "--run");
    run = Run.of("train", "--steps", "1", "--run", file.resolve("run").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).singleElement().asString().contains("text.txt/run", "--run");
    assertThat(file).hasContent("x");
  }

  @Test
  void withoutACommandTheProgramSaysWhereToLook() {
    Run run = Run.of();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsExactly("charrnn: no command given; see charrnn --help");
  }

  @Test
  void theVersionIsTheProjects() {
    assertThat(Run.of("--version").out())
        .singleElement()
        .asString()
        .matches("charrnn \\d+\\.\\d+.*");
  }
}
