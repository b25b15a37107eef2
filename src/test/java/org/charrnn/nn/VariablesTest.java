package org.charrnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  private static final int ROWS = 200;
  private static final int COLUMNS = 300;

  @Test
  void glorotUniformIsUniformWithinItsLimit() {
    double limit = Math.sqrt(6.0 / (ROWS + COLUMNS));
    double[] weights = twoMatrices(1).get(0);

    // Of 60,000 numbers one lies within 1/1000 of each limit, except with probability e^-30.
    DoubleSummaryStatistics range = Arrays.stream(weights).summaryStatistics();
    assertThat(range.getMin()).isBetween(-limit, -0.999 * limit);
    assertThat(range.getMax()).isBetween(0.999 * limit, limit);

    // Five standard deviations of the means of x and x^2; variances limit^2/3 and 4*limit^4/45.
    double variance = limit * limit / 3;
    assertThat(range.getAverage()).isCloseTo(0, within(5 * Math.sqrt(variance / weights.length)));
    assertThat(Arrays.stream(weights).map(w -> w * w).average().orElseThrow())
        .isCloseTo(variance, within(5 * limit * limit * Math.sqrt(4.0 / 45 / weights.length)));
  }

  /** Five standard deviations of the means of x, x^2 and x^4, whose variances are 1, 2 and 96. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void embeddingsAreNormal(boolean tied) {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      ResourceVariable table =
          tied
              ? variables.tiedEmbeddings("table", ROWS, COLUMNS)
              : variables.embeddings("table", ROWS, COLUMNS);
      eval.initialize();
      double deviation = tied ? 1 / Math.sqrt(Math.sqrt(COLUMNS)) : 1;
      double[] values = Arrays.stream(eval.values(table.value())).map(x -> x / deviation).toArray();
      double[] moments = {0, 1, 3};
      double[] variances = {1, 2, 96};
      int[] powers = {1, 2, 4};
      for (int i = 0; i < powers.length; i++) {
        int power = powers[i];
        assertThat(Arrays.stream(values).map(x -> Math.pow(x, power)).average().orElseThrow())
            .as("mean of x^%d", power)
            .isCloseTo(moments[i], within(5 * Math.sqrt(variances[i] / values.length)));
      }
    }
  }

  @Test
  void sameSeedGivesSameWeights() {
    assertThat(twoMatrices(7)).containsExactly(twoMatrices(7).toArray(double[][]::new));
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    assertThat(twoMatrices(7).get(0)).isNotEqualTo(twoMatrices(8).get(0));
  }

  @Test
  void twoMatricesFromOneSeedDiffer() {
    List<double[]> matrices = twoMatrices(7);
    assertThat(matrices.get(0)).isNotEqualTo(matrices.get(1));
  }

  /** Returns the initial values of two matrices from one seed. */
  private static List<double[]> twoMatrices(long seed) {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), seed);
      ResourceVariable first = variables.glorotUniform("first", ROWS, COLUMNS);
      ResourceVariable second = variables.glorotUniform("second", ROWS, COLUMNS);
      eval.initialize();
      return eval.values(List.of(first.value(), second.value()));
    }
  }

  @Test
  void seedZeroIsDeterministic() {
    assertThat(twoMatrices(0).get(0)).isEqualTo(twoMatrices(0).get(0));
  }

  @Test
  void variablesAreListedInOrderOfCreation() {
    try (Eval eval = new Eval()) {
      Variables variables = new Variables(eval.tf(), 1);
      ResourceVariable b = variables.zeros("b", 3);
      ResourceVariable a = variables.glorotUniform("scope/a", 2, 3);
      assertThat(variables.trainable()).containsExactly(b, a);
      eval.initialize();
      assertThat(eval.values(b.value())).containsExactly(0, 0, 0);
    }
  }
}
