package org.charrnn.train;

import org.charrnn.model.training.NotFiniteException;

/** A training diverged: its loss or gradients are not finite, or far too large to recover from. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param quantity such as {@code loss}
   * @param step counted from 0
   */
  public DivergedException(String quantity, long step, float value) {
    super("the %s at step %d is %s; try a smaller learning rate".formatted(quantity, step, value));
  }

  /** Returns the exception for a step that was not taken. */
  public static DivergedException of(NotFiniteException e, long step) {
    DivergedException diverged = new DivergedException(e.quantity(), step, e.value());
    diverged.initCause(e);
    return diverged;
  }
}
