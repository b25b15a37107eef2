package org.charrnn.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.settings.BatchShape;
import org.junit.jupiter.api.Test;

class SlicesTest {
  /** Seven rows of two steps in three slices: rows 0 and 1, rows 2 and 3, rows 4 to 6. */
  private static final Slices SLICES = new Slices(new BatchShape(7, 2), 3);

  private static final int[] X = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

  @Test
  void rowsAreDividedAsEquallyAsPossible() {
    assertThat(SLICES.from(0)).isZero();
    assertThat(SLICES.from(1)).isEqualTo(2);
    assertThat(SLICES.from(2)).isEqualTo(4);
    assertThat(SLICES.from(3)).isEqualTo(7);
    assertThat(SLICES.shape(0)).isEqualTo(new BatchShape(2, 2));
    assertThat(SLICES.shape(2)).isEqualTo(new BatchShape(3, 2));
  }

  @Test
  void productOfLargeBatchAndSlicesDoesNotOverflow() {
    Slices slices = new Slices(new BatchShape(100_000, 1), 100_000);
    assertThat(slices.from(99_999)).isEqualTo(99_999);
  }

  @Test
  void windowHasIdsOfItsRows() {
    int[] y = X.clone();
    y[13] = 99;
    GradientWorker.Window window = SLICES.window(2, X, y);
    assertThat(window.x()).containsExactly(8, 9, 10, 11, 12, 13);
    assertThat(window.y()).containsExactly(8, 9, 10, 11, 12, 99);
  }

  @Test
  void statesOfSlicesJoinToStateOfBatch() {
    float[][] state = {{0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}};
    List<float[][]> slices = List.of(0, 1, 2).stream().map(i -> SLICES.state(i, state)).toList();
    assertThat(slices.get(1)[0]).containsExactly(2, 3);
    assertThat(slices.get(2)[1]).containsExactly(8, 9, 10, 11, 12, 13);
    assertThat(Slices.join(slices)).isDeepEqualTo(state);
  }

  @Test
  void onlyFirstArraysAreAdded() {
    float[][] sum = {{1, 2}, {3}, {4}};
    Slices.add(sum, new float[][] {{10, 20}, {30}, {40}}, 2);
    assertThat(sum).isDeepEqualTo(new float[][] {{11, 22}, {33}, {4}});
  }
}
