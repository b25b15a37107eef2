package org.charrnn.model;

/** A network that reads text, window after window, and tells how well it knew what came next. */
public interface ReadingModel {

  /** The size of the batches it takes. */
  BatchShape shape();

  /** The state before a stream's first window: zeros. */
  CarriedState zeroState();

  /**
   * Reads one window of every stream, without learning and without dropout.
   *
   * @param x ids, row after row, {@code batchSize * sequenceLength} of them
   * @param y the id that follows each
   * @param weights 1 for each that counts, else 0
   * @param state after the window before
   */
  Window read(int[] x, int[] y, float[] weights, CarriedState state);

  /**
   * What was read of a text. Whoever got it closes it, with the state in it.
   *
   * @param meanLossNats mean cross entropy of a token that counts, in nats
   * @param state after the window
   */
  record Window(float meanLossNats, CarriedState state) implements AutoCloseable {
    @Override
    public void close() {
      state.close();
    }
  }
}
