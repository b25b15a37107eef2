package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program on a pseudo terminal, whose title a text must not change. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Python has no pseudo terminals there")
class TerminalIT {
  private static final Path SCRIPT = Path.of("src/test/python/run_on_terminal.py");
  private static final String TITLE = "\u001b]0;title\u0007\u009b";
  private static final String ESCAPED = "\\u001b]0;title\\u0007\\u009b";

  @TempDir private static Path directory;
  private static Path text;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), TITLE.repeat(60));
    run = directory.resolve("run");
    Run.of(training(run).toArray()).assertDone();
  }

  private static List<Object> training(Path to) {
    return List.of(
        "train",
        "--data=" + text,
        "--run=" + to,
        "--steps=60",
        "--hidden=16",
        "--batch-size=2",
        "--sequence-length=10",
        "--learning-rate=0.05",
        "--validation=0");
  }

  /** Returns what a terminal gets, with the line ends of files. */
  private static String onTerminal(Object... args) throws IOException {
    Python.Result result = Python.get().run(SCRIPT, Program.command(args).toArray());
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    return new ObjectMapper().readValue(result.out(), String.class).replace("\r\n", "\n");
  }

  private static Object[] sample(String... more) {
    return CommandExamples.plus(
            List.of("sample", run.toString(), "--prime=" + TITLE, "--length=11", "--greedy"), more)
        .toArray();
  }

  @Test
  void sampleEscapesControlCharacters() throws IOException {
    assertThat(onTerminal(sample())).endsWith(ESCAPED + ESCAPED + "\n").doesNotContain("\u001b]");
  }

  @Test
  void rawSampleIsPrintedAsItIs() throws IOException {
    assertThat(onTerminal(sample("--raw"))).endsWith(TITLE + TITLE + "\n");
  }

  @Test
  void pipeGetsTheText() throws Exception {
    Process process =
        Program.builder(Program.command(sample()), directory.resolve("err.txt")).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(TITLE + TITLE + "\n");
    assertThat(process.waitFor()).isZero();
  }

  /** A bar on standard error, which is cleared before each line of standard output. */
  @Test
  void manyTextsAreWholeLinesBesideProgress() throws IOException {
    Path primes = Files.writeString(directory.resolve("primes.txt"), "title\nti\n");
    Object[] args = {"sample", run, "--primes=" + primes, "--length=3", "--greedy"};
    String screen = onTerminal(args);
    for (String line : Run.of(args).assertDone().out()) {
      assertThat(screen).contains("\r\u001b[K" + line + "\n");
    }
    assertThat(screen).contains("sample", "2/2");
  }

  /** A training prints samples on standard error, beside the progress bar's own sequences. */
  @Test
  void samplesOfTrainingAreEscaped() throws IOException {
    String screen = onTerminal(training(directory.resolve("other")).toArray());
    assertThat(screen).contains("----\n", "\\u001b]0;").doesNotContain("\u001b]", "\u009b");
  }

  @Test
  void listingOfLabIsEscaped() throws IOException {
    Path sentence = Files.writeString(directory.resolve("sentence.txt"), TITLE.repeat(2));
    String screen =
        onTerminal("lab", "--text=" + sentence, "--steps=1", "--run=" + directory.resolve("lab"));
    assertThat(screen)
        .contains("0 " + ESCAPED.substring(0, 16))
        .doesNotContain("\u001b]", "\u009b");
  }

  @Test
  void errorsAreEscaped() throws IOException {
    Python.Result result =
        Python.get().run(SCRIPT, Program.command("sample", "\u001b]0;x").toArray());
    assertThat(result.exitCode()).isEqualTo(ExitCodes.BAD_INPUT);
    assertThat(new ObjectMapper().readValue(result.out(), String.class))
        .contains("charrnn: there is no \\u001b]0;x");
  }
}
