package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RnnFormula;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Dropout}, and {@link DropoutCell}, which applies it. */
class DropoutTest {
  private static final int ROWS = 200;
  private static final int COLUMNS = 500;

  private final SplittableRandom random = new SplittableRandom(14);
  private final double[][] numbers = Numbers.matrix(random, ROWS, COLUMNS);

  private static Dropout dropout(Eval eval, float keep, long step, long seed) {
    return new Dropout(eval.tf().constant(keep), eval.tf().constant(step), seed);
  }

  /** What is left of the numbers at the first place. */
  private double[] dropped(float keep, long step, long seed) {
    try (Eval eval = new Eval()) {
      return eval.values(dropout(eval, keep, step, seed).apply(eval.tf(), eval.constant(numbers)));
    }
  }

  @Test
  void keepingAllIsExactlyTheIdentity() {
    for (long step = 0; step < 10; step++) {
      assertThat(dropped(1, step, 1)).isEqualTo(Numbers.flat(numbers));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.7f, 0.95f})
  void keptAreDividedByTheProbabilityAndTheOthersAreZero(float keep) {
    double[] x = Numbers.flat(numbers);
    double[] left = dropped(keep, 3, 1);
    int zeros = 0;
    for (int i = 0; i < x.length; i++) {
      assertThat(left[i] + 0.0).isIn(0.0, (double) ((float) x[i] / keep)); // -0.0 is 0, too
      zeros += left[i] == 0 ? 1 : 0;
    }
    // Five standard deviations of the share of 100,000 independent choices; no number is 0 itself.
    double deviation = Math.sqrt(keep * (1 - keep) / x.length);
    assertThat((double) zeros / x.length).isCloseTo(1 - keep, within(5 * deviation));
  }

  @Test
  void sameSeedAndStepDropTheSame() {
    assertThat(dropped(0.5f, 3, 1)).isEqualTo(dropped(0.5f, 3, 1));
  }

  @Test
  void anotherStepDropsIndependently() {
    assertIndependent(dropped(0.5f, 3, 1), dropped(0.5f, 4, 1));
  }

  @Test
  void anotherSeedDropsIndependently() {
    assertIndependent(dropped(0.5f, 3, 1), dropped(0.5f, 3, 1000));
  }

  @Test
  void anotherPlaceDropsIndependently() {
    try (Eval eval = new Eval()) {
      Dropout dropout = dropout(eval, 0.5f, 3, 1);
      var x = eval.constant(numbers);
      var first = dropout.apply(eval.tf(), x);
      var second = dropout.apply(eval.tf(), x);
      assertIndependent(eval.values(first), eval.values(second));
    }
  }

  /** In blocks of four numbers, three columns make rows start anywhere. */
  @ParameterizedTest
  @CsvSource({"4, 0", "4, 3", "3, 0", "3, 1", "3, 2", "3, 3", "7, 5"})
  void rowsApartDropWhatTheyDropInTheirBatch(int columns, int firstRow) {
    double[][] batch = Numbers.matrix(random, 8, columns);
    double[][] rows = Arrays.copyOfRange(batch, firstRow, firstRow + 3);
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      Dropout apart =
          new Dropout(
              tf.constant(0.5f), tf.constant(3L), 1, Optional.of(tf.constant((long) firstRow)));
      Dropout whole = dropout(eval, 0.5f, 3, 1);
      for (int place = 0; place < 2; place++) {
        double[] expected = eval.values(whole.apply(tf, eval.constant(batch)));
        assertThat(eval.values(apart.apply(tf, eval.constant(rows))))
            .isEqualTo(Arrays.copyOfRange(expected, firstRow * columns, (firstRow + 3) * columns));
      }
    }
  }

  /** Of two fair choices half agree; five standard deviations of 100,000 such. */
  private static void assertIndependent(double[] one, double[] other) {
    int agree = 0;
    for (int i = 0; i < one.length; i++) {
      agree += one[i] == other[i] ? 1 : 0;
    }
    assertThat((double) agree / one.length).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(one.length)));
  }

  @Test
  void cellReadsItsInputThroughDropout() {
    RnnFormula formula = RnnFormula.random(random, 6, 4);
    double[][] x = Numbers.matrix(random, 5, 6);
    double[][] h = Numbers.matrix(random, 5, 4);
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, formula);
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 0.5f, 3, 1));
      RnnState state = new RnnState(List.of(eval.constant(h)));
      var input = eval.constant(x);
      var left = dropout(eval, 0.5f, 3, 1).apply(eval.tf(), input);

      double[] actual = eval.values(wrapped.step(eval.tf(), input, state).output());
      assertThat(actual).isEqualTo(eval.values(cell.step(eval.tf(), left, state).output()));
      assertThat(actual).isNotEqualTo(eval.values(cell.step(eval.tf(), input, state).output()));
    }
  }

  @Test
  void cellKeepsItsStateFromDropout() {
    RnnFormula formula = RnnFormula.random(random, 6, 4);
    double[][] h = Numbers.matrix(random, 5, 4);
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, formula);
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 1e-30f, 3, 1)); // drops all
      RnnState state = new RnnState(List.of(eval.constant(h)));
      RnnCell.Step step = wrapped.step(eval.tf(), eval.constant(new double[5][6]), state);
      double[] expected =
          Numbers.flat(formula.step(new double[5][6], List.<double[][]>of(h)).get(0));
      // Numbers of size 1, a dozen operations each, every one rounded by at most 6e-8.
      assertThat(eval.values(step.output())).containsExactly(expected, within(1e-6));
      assertThat(eval.values(step.state().tensors().get(0))).isEqualTo(eval.values(step.output()));
    }
  }

  @Test
  void cellHasTheSizesAndWeightsOfTheOneInIt() {
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, RnnFormula.random(random, 6, 4));
      BasicRNNCell other = BasicRNNCellTest.cell(eval, RnnFormula.random(random, 6, 4));
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 0.5f, 3, 1));
      assertThat(wrapped.inputSize()).isEqualTo(6);
      assertThat(wrapped.hiddenSize()).isEqualTo(4);
      assertThat(wrapped.stateSizes()).containsExactly(4);
      assertThat(wrapped.parameters()).isEqualTo(cell.parameters());
      assertThat(wrapped.withParameters(other.parameters()))
          .isEqualTo(new DropoutCell(other, wrapped.dropout()));
    }
  }
}
