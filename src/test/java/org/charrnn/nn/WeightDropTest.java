package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

class WeightDropTest {
  private static final int INPUT = 30;
  private static final int HIDDEN = 100;
  private static final int COLUMNS = 400;
  private static final Shape KERNEL = Shape.of(INPUT + HIDDEN, COLUMNS);

  private static WeightDrop weightDrop(Eval eval, float keep, long step, long seed) {
    return new WeightDrop(eval.tf().constant(keep), eval.tf().constant(step), seed);
  }

  /** Returns the factors of the first kernel of a graph. */
  private static double[] factors(float keep, long step, long seed) {
    try (Eval eval = new Eval()) {
      return eval.values(weightDrop(eval, keep, step, seed).factors(eval.tf(), KERNEL, HIDDEN));
    }
  }

  private static double[] recurrent(double[] factors) {
    return Arrays.copyOfRange(factors, INPUT * COLUMNS, factors.length);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.75f})
  void onlyRecurrentWeightsAreDropped(float keep) {
    double[] factors = factors(keep, 3, 1);
    assertThat(factors).hasSize((INPUT + HIDDEN) * COLUMNS);
    assertThat(Arrays.copyOf(factors, INPUT * COLUMNS)).containsOnly(1);
    double[] recurrent = recurrent(factors);
    assertThat(recurrent).containsOnly(0, 1 / keep);
    double zeros = Arrays.stream(recurrent).filter(factor -> factor == 0).count();
    double deviation = Math.sqrt(keep * (1 - keep) / recurrent.length);
    assertThat(zeros / recurrent.length).isCloseTo(1 - keep, within(5 * deviation));
  }

  @Test
  void keepProbabilityOneDropsNothing() {
    assertThat(factors(1, 3, 1)).containsOnly(1);
  }

  @Test
  void factorsDependOnTheStepTheSeedAndTheKernel() {
    double[] factors = factors(0.5f, 3, 1);
    assertThat(factors(0.5f, 3, 1)).isEqualTo(factors);
    assertThat(factors(0.5f, 4, 1)).isNotEqualTo(factors);
    assertThat(factors(0.5f, 3, 2)).isNotEqualTo(factors);
    try (Eval eval = new Eval()) {
      WeightDrop weightDrop = weightDrop(eval, 0.5f, 3, 1);
      assertThat(eval.values(weightDrop.factors(eval.tf(), KERNEL, HIDDEN))).isEqualTo(factors);
      assertThat(eval.values(weightDrop.factors(eval.tf(), KERNEL, HIDDEN))).isNotEqualTo(factors);
    }
  }

  /** Dropout of the same seed and step drops other places: half of them by chance. */
  @Test
  void placesAreIndependentOfDropout() {
    double[] recurrent = recurrent(factors(0.5f, 3, 1));
    try (Eval eval = new Eval()) {
      Dropout dropout = new Dropout(eval.tf().constant(0.5f), eval.tf().constant(3L), 1);
      int[] shape = {HIDDEN, COLUMNS};
      double[] kept = eval.values(dropout.mask(eval.tf(), eval.tf().constant(shape), COLUMNS));
      double equal = 0;
      for (int i = 0; i < kept.length; i++) {
        equal += kept[i] * 2 == recurrent[i] ? 1 : 0;
      }
      assertThat(equal / kept.length).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(kept.length)));
    }
  }
}
