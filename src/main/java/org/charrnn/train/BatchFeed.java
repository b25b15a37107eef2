package org.charrnn.train;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.charrnn.model.TrainingModel;
import org.charrnn.text.StreamBatcher;

/**
 * The batches of a text in their order, epoch after epoch: while one is worked on, a thread fills
 * the next. There are two, taken by turns, so that nothing is allocated for a step.
 */
public final class BatchFeed implements AutoCloseable {
  private final StreamBatcher text;
  private final int[] inputs; // the thread's alone
  private final int[] targets; // the thread's alone
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread filler = new Thread(work, "batches");
            filler.setDaemon(true);
            return filler;
          });

  private long number; // of the batch that is filled next
  private TrainingModel.Batch current;
  private TrainingModel.Batch next;
  private Future<?> filling; // of the next

  /**
   * Starts to fill the first batch.
   *
   * @param first its number, counted from the first epoch's first on
   */
  public BatchFeed(TrainingModel model, StreamBatcher text, long first) {
    this.text = text;
    inputs = new int[text.batchLength()];
    targets = new int[text.batchLength()];
    number = first;
    current = model.newBatch();
    next = model.newBatch();
    fillNext();
  }

  private void fillNext() {
    TrainingModel.Batch batch = next;
    long inEpoch = number % text.batches();
    number++;
    filling =
        thread.submit(
            () -> {
              text.fill(inEpoch, inputs, targets);
              batch.fill(inputs, targets);
            });
  }

  /** Returns the next batch, to be worked on until the one after it is asked for. */
  public TrainingModel.Batch next() {
    await();
    TrainingModel.Batch filled = next;
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
      return; // a batch must not be closed while it is filled
    }
    current.close();
    next.close();
  }
}
