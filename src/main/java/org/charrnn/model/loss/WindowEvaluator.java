package org.charrnn.model.loss;

import org.charrnn.model.CarriedState;
import org.charrnn.settings.BatchShape;

/** A network that reads streams of text, window by window, and returns its loss. */
public interface WindowEvaluator {
  /** The size of its batches. */
  BatchShape shape();

  /** Returns the state before the first window of a stream: zeros. */
  CarriedState zeroState();

  /**
   * Reads one window of every stream, without training and without dropout.
   *
   * @param x ids, row by row, {@code batchSize * sequenceLength} of them
   * @param y the id that follows each
   * @param weights 1 for each position that counts, else 0
   * @param state after the previous window
   * @throws IllegalArgumentException if an id is out of range
   */
  WindowLoss evaluate(int[] x, int[] y, float[] weights, CarriedState state);

  /**
   * The loss of a window. The caller closes it, and the state with it.
   *
   * @param meanLossNats mean cross entropy of the positions that count, in nats
   * @param state after the window
   */
  record WindowLoss(float meanLossNats, CarriedState state) implements AutoCloseable {
    @Override
    public void close() {
      state.close();
    }
  }
}
