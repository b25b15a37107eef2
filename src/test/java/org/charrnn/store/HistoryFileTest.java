package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.InputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryFileTest {
  private static final String STREAMS =
      """
      step,epoch,mean_loss_nats,learning_rate,gradient_norm,tokens_per_second,validation_nats
      50,0.1180,3.041592,0.002,0.653589,61803,
      100,0.2361,2.718282,0.00194,1.414214,62000,2.500000
      """;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void setFile() {
    file = directory.resolve("history.csv");
  }

  private List<HistoryRow> read(String content) throws IOException {
    Files.writeString(file, content);
    return HistoryFile.read(file);
  }

  @Test
  void rowsOfStreamsHaveAllNumbers() throws IOException {
    assertThat(read(STREAMS))
        .containsExactly(
            new HistoryRow(50, 0.118, 3.041592, 0.002f, 0.653589, 61803.0, null),
            new HistoryRow(100, 0.2361, 2.718282, 0.00194f, 1.414214, 62000.0, 2.5));
  }

  @Test
  void rewrittenFileIsEqualByteForByte() throws IOException {
    HistoryFile.write(file, read(STREAMS));
    assertThat(file).hasContent(STREAMS);
    String lab = "step,mean_loss_nats\n0,3.2195163\n1,1.0E-10\n2,0.1\n";
    HistoryFile.write(file, read(lab));
    assertThat(file).hasContent(lab);
  }

  @Test
  void runWithoutStepsHasNoRows() throws IOException {
    HistoryFile.write(file, List.of());
    assertThat(file).hasContent("step,mean_loss_nats\n");
    assertThat(HistoryFile.read(file)).isEmpty();
  }

  @Test
  void completeLinesOfTruncatedFileAreRead() throws IOException {
    byte[] complete = STREAMS.getBytes(StandardCharsets.UTF_8);
    List<HistoryRow> rows = read(STREAMS);
    int firstRowEnd = STREAMS.indexOf('\n', STREAMS.indexOf('\n') + 1) + 1;
    for (int length = 0; length < complete.length; length++) {
      List<HistoryRow> expected = length < firstRowEnd ? List.of() : rows.subList(0, 1);
      assertThat(read(STREAMS.substring(0, length))).as("%d bytes", length).isEqualTo(expected);
    }
  }

  @Test
  void columnsCanHaveAnyOrderOtherColumnsAndWindowsLineEnds() throws IOException {
    assertThat(read("validation_nats,mood,step,mean_loss_nats\r\n,4,7,1.5\r\n2.5,3,8,1.25\r\n"))
        .containsExactly(
            HistoryRow.ofLab(7, 1.5f), new HistoryRow(8, null, 1.25, null, null, null, 2.5));
  }

  @Test
  void epochsOfLabAreItsSteps() {
    assertThat(HistoryRow.ofLab(7, 1).epochs()).isEqualTo(7);
    assertThat(new HistoryRow(7, 0.5, 1, null, null, null, null).epochs()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2.5,3| expected 2 numbers, got 3",
        "1| expected 2 numbers, got 1",
        "''| expected 2 numbers, got 1",
        "1,| expected a step and a loss",
        "1,x| mean_loss_nats must be a number, at least 0, got 'x'",
        "1,NaN| mean_loss_nats must be",
        "1,Infinity| mean_loss_nats must be",
        "1,-2| mean_loss_nats must be",
        "1.5,2| step must be a whole number above 0, got 1.5",
        "0,2| step must be a whole number above 0, got 0",
        "\u0000\u0000\u0000| expected 2 numbers"
      })
  void damagedLineIsNamed(String line, String message) {
    assertThatThrownBy(() -> read("step,mean_loss_nats\n0,3.0\n" + line + "\n2,1.0\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file + " is damaged at line 3: ", message, "fix that line");
  }

  @Test
  void fileWithoutRequiredColumnsIsRejected() {
    assertThatThrownBy(() -> read("step,loss\n0,3.0\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            file + " is damaged at line 1: expected a header with the columns step,mean_loss_nats");
  }
}
