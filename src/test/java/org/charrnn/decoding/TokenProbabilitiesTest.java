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
    for (int[] prime : new int[][] {{}, {2}, {1, 0, 3}}) {
      List<int[]> texts = List.of(new int[] {1, 2, 3, 0, 1}, new int[] {3}, new int[] {0, 0, 2});
      double[][] found = TokenProbabilities.of(model, prime, texts);
      for (int row = 0; row < texts.size(); row++) {
        List<Integer> history = new ArrayList<>();
        for (int id : prime) {
          history.add(id);
        }
        assertThat(found[row]).hasSize(texts.get(row).length);
        for (int i = 0; i < found[row].length; i++) {
          int id = texts.get(row)[i];
          if (history.isEmpty()) {
            assertThat(found[row][i]).isNaN();
          } else {
            assertThat(found[row][i])
                .isCloseTo(model.probabilities(history)[id], within(TOLERANCE));
          }
          history.add(id);
        }
      }
      assertThat(model.open).isZero();
    }
  }
}
