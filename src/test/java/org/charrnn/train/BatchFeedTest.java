package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchFeedTest {
  private final TrainingModel model =
      new TrainingModel(
          ModelConfig.lab(3, 2, 1), new BatchShape(2, 4), new TrainingOptions(0, 5, Kernel.OPS), 1);

  /** Two streams of 20: five batches of four. */
  private final StreamBatcher text =
      new StreamBatcher(
          new TokenRange(
              "the text",
              TokenIds.of(3, "abacbcbbac".repeat(5).chars().map(c -> c - 'a').toArray()),
              0,
              41),
          2,
          4);

  @AfterEach
  void close() {
    model.close();
  }

  /** Tells batches apart; at a rate of 1e-30 no weight changes. */
  private double loss(TrainingModel.Batch batch) throws NotFiniteException {
    model.startStreams();
    model.startCounting();
    model.train(batch, 1e-30f, 0);
    return model.seen().lossSumNats();
  }

  @Test
  void batchesComeInTheirOrderThroughTheEpochs() throws NotFiniteException {
    double[] expected = new double[12];
    try (TrainingModel.Batch batch = model.newBatch()) {
      int[] x = new int[8];
      int[] y = new int[8];
      for (int i = 0; i < expected.length; i++) {
        text.fill((i + 3) % 5, x, y);
        batch.fill(x, y);
        expected[i] = loss(batch);
      }
    }
    assertThat(Arrays.copyOf(expected, 5)).doesNotHaveDuplicates();
    try (BatchFeed feed = new BatchFeed(model, text, 3)) {
      for (double loss : expected) {
        assertThat(loss(feed.next())).isEqualTo(loss);
      }
    }
  }

  @Test
  void whatFailsOnItsThreadIsTold() {
    StreamBatcher wide = // of another size than the model's batches
        new StreamBatcher(new TokenRange("the text", TokenIds.of(3, new int[41]), 0, 41), 4, 4);
    try (BatchFeed feed = new BatchFeed(model, wide, 0)) {
      assertThatThrownBy(feed::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a batch has 8 ids, got 16");
    }
  }

  @Test
  void itsThreadEndsWithIt() throws InterruptedException {
    new BatchFeed(model, text, 0).close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("batches")) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }
}
