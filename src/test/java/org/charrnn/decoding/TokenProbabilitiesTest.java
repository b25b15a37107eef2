package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenProbabilitiesTest {
  /** A logit of a few nats is rounded by at most 3e-7. */
  private static final double TOLERANCE = 1e-6;

  @Test
  void probabilitiesAreThoseOfTheModelForTextsOfAnyLength() {
    FakeModel model = FakeModel.arbitrary(4, 5);
    int[][] texts = {{1, 2, 3, 0, 1}, {3}, {0, 0, 2}};
    List<int[]> primes = new ArrayList<>();
    List<int[]> continuations = new ArrayList<>();
    for (int[] prime : new int[][] {{}, {2}, {1, 0, 3}}) {
      for (int[] text : texts) {
        primes.add(prime);
        continuations.add(text);
      }
    }
    double[][] found = TokenProbabilities.of(model, primes, continuations);
    for (int row = 0; row < found.length; row++) {
      List<Integer> history = new ArrayList<>();
      for (int id : primes.get(row)) {
        history.add(id);
      }
      assertThat(found[row]).hasSize(continuations.get(row).length);
      for (int i = 0; i < found[row].length; i++) {
        int id = continuations.get(row)[i];
        if (history.isEmpty()) {
          assertThat(found[row][i]).isNaN();
        } else {
          assertThat(found[row][i]).isCloseTo(model.probabilities(history)[id], within(TOLERANCE));
        }
        history.add(id);
      }
      assertThat(model.open).isZero();
    }
  }
}
