package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.RnnFormula;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** {@link Dropout}, and {@link DropoutCell}, which applies it. */
class DropoutTest {
  private static final int ROWS = 200;
  private static final int COLUMNS = 500;

  private final SplittableRandom random = new SplittableRandom(14);
  private final double[][] numbers = Numbers.matrix(random, ROWS, COLUMNS);

  private static Dropout dropout(Eval eval, float keep, long step, long seed) {
    return new Dropout(eval.tf().constant(keep), eval.tf().constant(step), seed);
  }

  /** Applies the first mask of a graph to the numbers. */
  private double[] drop(float keep, long step, long seed) {
    try (Eval eval = new Eval()) {
      return eval.values(drop(eval, dropout(eval, keep, step, seed), numbers));
    }
  }

  /** Applies the next mask of a graph to some numbers. */
  private static Operand<TFloat32> drop(Eval eval, Dropout dropout, double[][] x) {
    int[] shape = {x.length, x[0].length};
    var factors = dropout.factors(eval.tf(), eval.tf().constant(shape), x[0].length);
    return eval.tf().math.mul(eval.constant(x), factors);
  }

  @Test
  void keepProbabilityOneIsExactlyTheIdentity() {
    for (long step = 0; step < 10; step++) {
      assertThat(drop(1, step, 1)).isEqualTo(Numbers.flat(numbers));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.7f, 0.95f})
  void keptValuesAreDividedByTheProbabilityAndOthersAreZero(float keep) {
    double[] x = Numbers.flat(numbers);
    double[] result = drop(keep, 3, 1);
    int zeros = 0;
    for (int i = 0; i < x.length; i++) {
      assertThat(result[i] + 0.0)
          .isIn(0.0, (double) ((float) x[i] * (1 / keep))); // -0.0 + 0.0 is 0
      zeros += result[i] == 0 ? 1 : 0;
    }
    // Five standard deviations of the share in 100,000 independent draws; no number is 0 itself.
    double deviation = Math.sqrt(keep * (1 - keep) / x.length);
    assertThat((double) zeros / x.length).isCloseTo(1 - keep, within(5 * deviation));
  }

  @Test
  void sameSeedAndStepDropTheSameValues() {
    assertThat(drop(0.5f, 3, 1)).isEqualTo(drop(0.5f, 3, 1));
  }

  @Test
  void anotherStepDropsOtherValuesIndependently() {
    assertIndependent(drop(0.5f, 3, 1), drop(0.5f, 4, 1));
  }

  @Test
  void anotherSeedDropsOtherValuesIndependently() {
    assertIndependent(drop(0.5f, 3, 1), drop(0.5f, 3, 1000));
  }

  @Test
  void anotherPositionDropsOtherValuesIndependently() {
    try (Eval eval = new Eval()) {
      Dropout dropout = dropout(eval, 0.5f, 3, 1);
      var first = drop(eval, dropout, numbers);
      var second = drop(eval, dropout, numbers);
      assertIndependent(eval.values(first), eval.values(second));
    }
  }

  /** The mask of a seed at one position used to be that of the next seed at the position before. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -10, Long.MAX_VALUE - 10})
  void neighbouringSeedsShareNoMask(long firstSeed) {
    int seeds = 21;
    int positions = 20;
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      var shape = tf.constant(new int[] {8, 16}); // 128 draws: equal by chance once in 2^128
      List<Operand<TFloat32>> masks = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        Dropout dropout = dropout(eval, 0.5f, 3, firstSeed + i);
        for (int position = 0; position < positions; position++) {
          masks.add(dropout.mask(tf, shape, 16));
        }
      }
      Set<String> distinct = new HashSet<>();
      eval.values(masks).forEach(mask -> distinct.add(Arrays.toString(mask)));
      assertThat(distinct).hasSize(seeds * positions);
    }
  }

  /** Random numbers come in blocks of four; with three columns, rows start inside a block. */
  @ParameterizedTest
  @CsvSource({"4, 0", "4, 3", "3, 0", "3, 1", "3, 2", "3, 3", "7, 5"})
  void partOfABatchDropsTheSameValuesAsTheWholeBatch(int columns, int firstRow) {
    double[][] batch = Numbers.matrix(random, 8, columns);
    double[][] rows = Arrays.copyOfRange(batch, firstRow, firstRow + 3);
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      Dropout part =
          new Dropout(
              tf.constant(0.5f), tf.constant(3L), 1, Optional.of(tf.constant((long) firstRow)));
      Dropout whole = dropout(eval, 0.5f, 3, 1);
      for (int position = 0; position < 2; position++) {
        double[] expected = eval.values(drop(eval, whole, batch));
        assertThat(eval.values(drop(eval, part, rows)))
            .isEqualTo(Arrays.copyOfRange(expected, firstRow * columns, (firstRow + 3) * columns));
      }
    }
  }

  @Test
  void allTimeStepsOfASequenceDropTheSameFeatures() {
    try (Eval eval = new Eval()) {
      var tf = eval.tf();
      double[] ones = new double[3 * 4 * 5];
      Arrays.fill(ones, 1);
      var sequence =
          tf.reshape(eval.constant(new double[][] {ones}), tf.constant(new int[] {3, 4, 5}));
      double[] dropped = eval.values(dropout(eval, 0.5f, 3, 1).applyToSequence(tf, sequence));
      double[][] rows = new double[3][5];
      Arrays.stream(rows).forEach(row -> Arrays.fill(row, 1));
      double[] expected = eval.values(drop(eval, dropout(eval, 0.5f, 3, 1), rows));
      assertThat(expected).contains(0, 2);
      for (int i = 0; i < dropped.length; i++) {
        assertThat(dropped[i]).isEqualTo(expected[i / 20 * 5 + i % 5]);
      }
    }
  }

  /** Half of two independent fair draws agree; five standard deviations of 100,000 of them. */
  private static void assertIndependent(double[] one, double[] other) {
    int agree = 0;
    for (int i = 0; i < one.length; i++) {
      agree += one[i] == other[i] ? 1 : 0;
    }
    assertThat((double) agree / one.length).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(one.length)));
  }

  @Test
  void cellAppliesDropoutToItsInput() {
    RnnFormula formula = RnnFormula.random(random, 6, 4);
    double[][] x = Numbers.matrix(random, 5, 6);
    double[][] h = Numbers.matrix(random, 5, 4);
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, formula);
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 0.5f, 3, 1));
      RnnState state = new RnnState(List.of(eval.constant(h)));
      var input = eval.constant(x);
      var droppedInput = drop(eval, dropout(eval, 0.5f, 3, 1), x);

      double[] expected = eval.values(cell.step(eval.tf(), droppedInput, state).output());
      for (int t = 0; t < 3; t++) { // all time steps drop the same features
        assertThat(eval.values(wrapped.step(eval.tf(), input, state).output())).isEqualTo(expected);
      }
      assertThat(eval.values(cell.step(eval.tf(), input, state).output())).isNotEqualTo(expected);
    }
  }

  @Test
  void cellDoesNotApplyDropoutToItsState() {
    RnnFormula formula = RnnFormula.random(random, 6, 4);
    double[][] h = Numbers.matrix(random, 5, 4);
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, formula);
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 1e-30f, 3, 1)); // drops every value
      RnnState state = new RnnState(List.of(eval.constant(h)));
      RnnCell.Step step = wrapped.step(eval.tf(), eval.constant(new double[5][6]), state);
      double[] expected =
          Numbers.flat(formula.step(new double[5][6], List.<double[][]>of(h)).get(0));
      // Numbers of size 1, about twelve operations, each rounded by at most 6e-8.
      assertThat(eval.values(step.output())).containsExactly(expected, within(1e-6));
      assertThat(eval.values(step.state().tensors().get(0))).isEqualTo(eval.values(step.output()));
    }
  }

  @Test
  void cellHasTheSizesAndWeightsOfTheWrappedCell() {
    try (Eval eval = new Eval()) {
      BasicRNNCell cell = BasicRNNCellTest.cell(eval, RnnFormula.random(random, 6, 4));
      BasicRNNCell other = BasicRNNCellTest.cell(eval, RnnFormula.random(random, 6, 4));
      DropoutCell wrapped = new DropoutCell(cell, dropout(eval, 0.5f, 3, 1));
      assertThat(wrapped.inputSize()).isEqualTo(6);
      assertThat(wrapped.hiddenSize()).isEqualTo(4);
      assertThat(wrapped.stateSizes()).containsExactly(4);
      assertThat(wrapped.parameters()).isEqualTo(cell.parameters());
      assertThat(wrapped.withParameters(other.parameters()).parameters())
          .isEqualTo(other.parameters());
    }
  }
}
