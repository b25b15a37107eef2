package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Level;
import org.charrnn.train.Displays;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleReportTest {
  private static final int TERMINAL_WIDTH = 80;

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StringWriter lines = new StringWriter();

  private ConsoleReport console(ProgressBar bar, Level level, long steps) {
    return new ConsoleReport(new PrintWriter(lines), bar, level, steps);
  }

  private ProgressBar bar(long steps) {
    return Displays.terminal(new PrintStream(terminal, true, StandardCharsets.UTF_8), steps);
  }

  private List<String> drawn() {
    return List.of(terminal.toString(StandardCharsets.UTF_8).split("\r"));
  }

  private static Report report(Double validationNats, boolean isSaved) {
    HistoryRow row = new HistoryRow(5, 0.5, 1, 0.002f, 1.0, 50_000.0, validationNats);
    return new Report(5, row, isSaved, TrainingProgress.START);
  }

  /** 6.25 nats are 9.0169 bits, a perplexity of 518.01; the speed is at most 50,000 a second. */
  @ParameterizedTest
  @CsvSource({"CHARACTER, 6.250 nats 9.017 bits, char/s", "WORD, 6.250 nats ppl 518.0, word/s"})
  void barHasLossSpeedAndTimes(Level level, String loss, String unit) throws Exception {
    try (ProgressBar bar = bar(500_000)) {
      console(bar, level, 500_000).onStep(123_456, Displays.slowStep(6.25, 1000));
    }
    assertThat(drawn())
        .anySatisfy(
            line ->
                assertThat(line)
                    .hasSizeLessThan(TERMINAL_WIDTH)
                    .containsPattern("123456/500000 \\(\\d:\\d\\d:\\d\\d / \\d:\\d\\d:\\d\\d\\)")
                    .containsPattern(loss + " \\d+ " + unit));
  }

  @Test
  void barHasProgressOfValidation() {
    try (ProgressBar bar = bar(10)) {
      console(bar, Level.CHARACTER, 10).onValidation(5, 250_000, 750_000);
    }
    assertThat(drawn()).anySatisfy(line -> assertThat(line).contains("5/10", "validating 33%"));
  }

  @Test
  void onlySavedReportsHaveALineIfThereIsABar() {
    try (ProgressBar bar = bar(10)) {
      ConsoleReport console = console(bar, Level.CHARACTER, 10);
      console.onReport(report(null, false));
      console.onReport(report(null, true));
    }
    assertThat(lines.toString().lines())
        .containsExactly(
            "step 5/10, epoch 0.50: 1.0000 nats (1.443 bits per character), 50000 characters/s");
  }

  @Test
  void allReportsHaveALineWithoutABar() {
    ConsoleReport console = console(Displays.invisible(), Level.CHARACTER, 10);
    console.onReport(report(null, false));
    console.onReport(report(null, true));
    assertThat(lines.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("step 5/10, "));
  }

  /** exp(1) = 2.718, exp(2) = 7.389. */
  @Test
  void lineOfValidatedWordsHasPerplexities() {
    console(Displays.invisible(), Level.WORD, 10).onReport(report(2.0, true));
    assertThat(lines.toString().lines())
        .containsExactly(
            "step 5/10, epoch 0.50: 1.0000 nats (perplexity 2.7), 50000 words/s, validation 2.0000"
                + " nats (perplexity 7.4)");
  }

  @Test
  void sampleIsPrintedOnClearedLine() {
    try (ProgressBar bar = bar(10)) {
      console(bar, Level.CHARACTER, 10).sample(5, "to be\nor not");
    }
    assertThat(lines.toString().lines()).containsExactly("----", "to be", "or not", "----");
    assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("\r\u001b[K");
  }
}
