package org.charrnn.nn.fused;

import org.charrnn.nn.BasicLSTMCell;
import org.charrnn.nn.BasicRNNCell;
import org.charrnn.nn.GRUCell;
import org.charrnn.nn.RnnCell;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Finds the fused version of a cell. */
public final class FusedCells {
  private FusedCells() {}

  /**
   * Returns the fused version of a cell, with the same weights.
   *
   * @param tf adds to the graph that owns the weights
   * @param cell a single layer; for stacks and dropout there is {@link FusedStack}
   * @param matMulType the type in which matrices are multiplied
   * @throws IllegalArgumentException if the cell has no fused version
   */
  public static FusedCell of(Ops tf, RnnCell cell, Class<? extends TFloating> matMulType) {
    if (cell instanceof BasicLSTMCell lstm) {
      return new FusedLSTM(tf, lstm, matMulType);
    }
    if (cell instanceof GRUCell gru) {
      return new FusedGRU(tf, gru, matMulType);
    }
    if (cell instanceof BasicRNNCell rnn) {
      return new FusedRNN(tf, rnn, matMulType);
    }
    throw new IllegalArgumentException(
        cell.getClass().getSimpleName() + " has no fused version; unroll it with StaticRnn");
  }
}
