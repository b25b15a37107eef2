package org.charrnn.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.charrnn.InputException;
import org.charrnn.store.files.AtomicFiles;

/** Reads and writes {@code history.csv}: a header line, then the rows in the order of steps. */
final class HistoryFile {
  private static final String STEP = "step";
  private static final String EPOCH = "epoch";
  private static final String MEAN_LOSS = "mean_loss_nats";
  private static final String LEARNING_RATE = "learning_rate";
  private static final String GRADIENT_NORM = "gradient_norm";
  private static final String TOKENS_PER_SECOND = "tokens_per_second";
  private static final String VALIDATION = "validation_nats";

  private static final List<String> LAB = List.of(STEP, MEAN_LOSS);
  private static final List<String> CHAR_RNN =
      List.of(STEP, EPOCH, MEAN_LOSS, LEARNING_RATE, GRADIENT_NORM, TOKENS_PER_SECOND, VALIDATION);

  private HistoryFile() {}

  static void write(Path file, List<HistoryRow> rows) throws IOException {
    boolean isLab = rows.stream().allMatch(row -> row.epoch() == null);
    List<String> lines = new ArrayList<>(List.of(String.join(",", isLab ? LAB : CHAR_RNN)));
    rows.forEach(row -> lines.add(isLab ? labLine(row) : charRnnLine(row)));
    String text = lines.stream().collect(Collectors.joining("\n", "", "\n"));
    AtomicFiles.writeFile(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The loss with all digits of a float. */
  private static String labLine(HistoryRow row) {
    return row.step() + "," + (float) row.meanLossNats();
  }

  private static String charRnnLine(HistoryRow row) {
    return String.format(
        Locale.ROOT,
        "%d,%.4f,%.6f,%s,%.6f,%.0f,%s",
        row.step(),
        row.epoch(),
        row.meanLossNats(),
        row.learningRate(),
        row.gradientNorm(),
        row.tokensPerSecond(),
        row.validationNats() == null
            ? ""
            : String.format(Locale.ROOT, "%.6f", row.validationNats()));
  }

  /**
   * Reads a file. A last line without a line end is incomplete and skipped: its writer has not
   * finished or was stopped.
   *
   * @throws InputException that names the line if another one is damaged
   */
  static List<HistoryRow> read(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    List<HistoryRow> rows = new ArrayList<>();
    List<String> columns = List.of();
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        if (i == 0) {
          columns = columns(cells);
        } else {
          rows.add(row(columns, cells, rows.isEmpty() ? -1 : rows.get(i - 2).step()));
        }
      } catch (IllegalArgumentException e) {
        throw new InputException(
            "%s is damaged at line %d: %s; fix that line or delete it"
                .formatted(file, i + 1, e.getMessage()),
            e);
      }
    }
    return rows;
  }

  private static List<String> columns(String[] names) {
    List<String> columns = List.of(names);
    require(
        columns.containsAll(LAB), "expected a header with the columns " + String.join(",", LAB));
    return columns;
  }

  private static HistoryRow row(List<String> columns, String[] cells, long previousStep) {
    require(
        cells.length == columns.size(),
        "expected %d numbers, got %d".formatted(columns.size(), cells.length));
    Map<String, Double> numbers = new HashMap<>();
    for (int i = 0; i < cells.length; i++) {
      if (!cells[i].isEmpty()) {
        numbers.put(columns.get(i), number(columns.get(i), cells[i]));
      }
    }
    require(numbers.keySet().containsAll(LAB), "expected a step and a loss");
    long step = numbers.get(STEP).longValue();
    require(
        step == numbers.get(STEP) && step > previousStep,
        "step must be a whole number above %d, got %s".formatted(previousStep, numbers.get(STEP)));
    Double learningRate = numbers.get(LEARNING_RATE);
    return new HistoryRow(
        step,
        numbers.get(EPOCH),
        numbers.get(MEAN_LOSS),
        learningRate == null ? null : learningRate.floatValue(),
        numbers.get(GRADIENT_NORM),
        numbers.get(TOKENS_PER_SECOND),
        numbers.get(VALIDATION));
  }

  private static double number(String column, String cell) {
    String expected = column + " must be a number, at least 0, got '" + cell + "'";
    try {
      double number = Double.parseDouble(cell);
      require(number >= 0 && number < Double.POSITIVE_INFINITY, expected);
      return number;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
