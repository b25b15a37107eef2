package org.charrnn.train;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.text.batches.StreamBatcher;

/**
 * Supplies the batches of a text in order, epoch after epoch. While one is in use, a thread fills
 * the next. Two batches alternate, so nothing is allocated for a step.
 */
public final class BatchFeed implements AutoCloseable {
  private final StreamBatcher text;
  private final int[] inputs; // used only by the thread
  private final int[] targets; // used only by the thread
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread filler = new Thread(work, "batches");
            filler.setDaemon(true);
            return filler;
          });

  private long nextBatch; // counted from the first epoch
  private TrainingSession.Batch current;
  private TrainingSession.Batch next;
  private Future<?> filling; // of next

  /**
   * Starts to fill the first batch.
   *
   * @param first index of the first batch, counted from the first epoch
   */
  public BatchFeed(TrainingSession session, StreamBatcher text, long first) {
    this.text = text;
    inputs = new int[text.batchLength()];
    targets = new int[text.batchLength()];
    nextBatch = first;
    current = session.newBatch();
    next = session.newBatch();
    fillNext();
  }

  private void fillNext() {
    TrainingSession.Batch batch = next;
    long inEpoch = nextBatch % text.batches();
    nextBatch++;
    filling =
        thread.submit(
            () -> {
              text.fill(inEpoch, inputs, targets);
              batch.fill(inputs, targets);
            });
  }

  /** Returns the next batch, which is valid until the next call. */
  public TrainingSession.Batch next() {
    await();
    TrainingSession.Batch filled = next;
    next = current;
    current = filled;
    fillNext();
    return current;
  }

  private void await() {
    try {
      filling.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // a batch must not be closed while it is being filled
    }
    current.close();
    next.close();
  }
}
