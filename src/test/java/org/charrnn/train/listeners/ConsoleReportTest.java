package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.charrnn.model.TrainingModel;
import org.charrnn.store.HistoryRow;
import org.charrnn.text.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingReportTest {
  private static final int TERMINAL_WIDTH = 80;

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StringWriter lines = new StringWriter();

  private static CharRnnTraining.Window window(double lossNats) throws InterruptedException {
    CharRnnTraining.Window window =
        new CharRnnTraining.Window(() -> new TrainingModel.Seen(lossNats, 1), 1000);
    Thread.sleep(20); // so that the speed stays below 50,000 tokens a second
    window.addSteps(1);
    return window;
  }

  private TrainingReport report(Progress progress, Level level, long steps) {
    return new TrainingReport(new PrintWriter(lines), progress, level, steps);
  }

  /** 6.25 nats are 9.0169 bits, a perplexity of 518.01. */
  @ParameterizedTest
  @CsvSource({"CHARACTER, 6.250 nats 9.017 bits, char/s", "WORD, 6.250 nats ppl 518.0, word/s"})
  void theBarTellsLossSpeedAndWhatIsLeft(Level level, String loss, String unit) throws Exception {
    try (Progress progress = bar(500_000)) {
      report(progress, level, 500_000).step(123_456, window(6.25));
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
  void theBarTellsHowFarAValidationIs() {
    try (Progress progress = bar(10)) {
      report(progress, Level.CHARACTER, 10).validating(5, 250_000, 750_000);
    }
    assertThat(drawn()).anySatisfy(line -> assertThat(line).contains("5/10", "validating 33%"));
  }

  @Test
  void belowABarOnlyWhatIsSavedHasALine() {
    HistoryRow row = new HistoryRow(5, 0.5, 1, 0.002f, 1.0, 50_000.0, null);
    try (Progress progress = bar(10)) {
      TrainingReport report = report(progress, Level.CHARACTER, 10);
      report.line(row, false);
      report.line(row, true);
    }
    assertThat(lines.toString().lines())
        .containsExactly(
            "step 5/10, epoch 0.50: 1.0000 nats (1.443 bits per character), 50000 characters/s");
  }

  @Test
  void aSampleStandsBelowTheBarsLine() throws Exception {
    try (Progress progress = bar(10)) {
      report(progress, Level.CHARACTER, 10).sample("to be\nor not");
    }
    assertThat(lines.toString().lines()).containsExactly("----", "to be", "or not", "----");
    assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("\r\u001b[K");
  }

  private Progress bar(long steps) {
    return new Progress(
        new PrintStream(terminal, true, StandardCharsets.UTF_8), true, "", 0, steps);
  }

  private List<String> drawn() {
    return List.of(terminal.toString(StandardCharsets.UTF_8).split("\r"));
  }
}
