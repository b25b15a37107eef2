package org.charrnn.cli.minutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeBudgetTest {
  private static final double END = 1.5; // writing the model

  private static TimeBudget budget(double minutes) {
    return new TimeBudget(minutes, System.nanoTime());
  }

  /** Adds up what the training takes. The checkpoints of a million weights take 0.06 s each. */
  @ParameterizedTest
  @CsvSource({
    "58, 2, 0.01, 0.5, 0",
    "58, 2, 0.01, 0.5, 100",
    "58, 2, 0.01, 0, 7",
    "890, 5, 0.3, 20, 0",
    "890, 5, 0.3, 20, 50",
    "36000, 5, 2, 1, 0"
  })
  void stepsAndSavesFillTheTime(
      double left, double open, double step, double validation, long saveEvery) {
    TimeBudget.Steps steps =
        budget(1).steps(left, new Timing(open, step, validation), 1_000_000, saveEvery);
    double save = validation + 0.06;
    long saves = (steps.steps() + steps.saveEvery() - 1) / steps.saveEvery();
    double taken = open + steps.steps() * step + saves * save + END;
    assertThat(taken).isLessThan(left + save + step).isCloseTo(left, within(2 * save + step));
    if (saveEvery > 0) {
      assertThat(steps.saveEvery()).isEqualTo(saveEvery);
    } else {
      assertThat(saves).isBetween(1L, 20L);
      assertThat((saves - 1) * save).isLessThan(0.05 * left);
    }
  }

  @Test
  void thereIsTimeForAStep() {
    Timing timing = new Timing(2, 1, 0.5);
    assertThat(budget(1).steps(5.1, timing, 1_000_000, 0).steps()).isEqualTo(1);
    assertThatThrownBy(() -> budget(0.1).steps(5, timing, 1_000_000, 0))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--minutes 0.1 is over before the first step: reading the text and measuring this"
                + " machine have left 5.0 seconds, and opening and saving the network take 4.1; give"
                + " more minutes or a smaller network");
  }

  @Test
  void timeRunsFromTheStartOfTheCommand() {
    TimeBudget budget = new TimeBudget(2, System.nanoTime() - 30_000_000_000L);
    assertThat(budget.left()).isBetween(80.0, 90.0);
  }
}
