package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Regularization;
import org.charrnn.text.batches.StreamBatcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchFeedTest {
  private final TrainingSession session =
      TrainingSession.open(
          Setups.streams(
              ModelConfig.lab(3, 2, 1),
              new BatchShape(2, 4),
              new Regularization(0, 0, 0, 5f),
              ComputeKernel.OPS,
              1),
          TrainingStart.RANDOM,
          SessionSettings.allCores());

  /** Two streams of 20: five batches of four. */
  private final StreamBatcher text =
      new StreamBatcher(
          Setups.text(
              "the text", 3, "abacbcbbac".repeat(5).chars().limit(41).map(c -> c - 'a').toArray()),
          2,
          4);

  @AfterEach
  void close() {
    session.close();
  }

  /** Identifies a batch by its loss; at a rate of 1e-30 no weight changes. */
  private double loss(TrainingSession.Batch batch) throws NotFiniteException {
    session.state().resetCarriedState();
    session.state().resetStatistics();
    session.train(batch, 1e-30f, 0);
    return session.state().statistics().lossSumNats();
  }

  @Test
  void batchesAreInOrderOverEpochs() throws NotFiniteException {
    double[] expected = new double[12];
    try (TrainingSession.Batch batch = session.newBatch()) {
      int[] x = new int[8];
      int[] y = new int[8];
      for (int i = 0; i < expected.length; i++) {
        text.fill((i + 3) % 5, x, y);
        batch.fill(x, y);
        expected[i] = loss(batch);
      }
    }
    assertThat(Arrays.copyOf(expected, 5)).doesNotHaveDuplicates();
    try (BatchFeed feed = new BatchFeed(session, text, 3)) {
      for (double loss : expected) {
        assertThat(loss(feed.next())).isEqualTo(loss);
      }
    }
  }

  @Test
  void failureOfItsThreadIsThrown() {
    StreamBatcher wide = // of another size than the session's batches
        new StreamBatcher(Setups.text("the text", 3, new int[41]), 4, 4);
    try (BatchFeed feed = new BatchFeed(session, wide, 0)) {
      assertThatThrownBy(feed::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a batch has 8 ids, got 16");
    }
  }

  @Test
  void closeEndsItsThread() throws InterruptedException {
    new BatchFeed(session, text, 0).close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("batches")) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }
}
