package org.charrnn.model.training;

/** The loss or the gradients of a step are not finite. The step has changed nothing. */
public final class NotFiniteException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String quantity;
  private final float value;

  NotFiniteException(String quantity, float value, Throwable cause) {
    super("the %s is %s".formatted(quantity, value), cause);
    this.quantity = quantity;
    this.value = value;
  }

  /**
   * Returns the exception for a step that failed.
   *
   * @throws RuntimeException the cause itself, if the loss and the norm are finite
   */
  static NotFiniteException of(float loss, float gradientNorm, RuntimeException cause) {
    if (!Float.isFinite(loss)) {
      return new NotFiniteException("loss", loss, cause);
    }
    if (!Float.isFinite(gradientNorm)) {
      return new NotFiniteException("gradient norm", gradientNorm, cause);
    }
    throw cause;
  }

  /** {@code loss} or {@code gradient norm}. */
  public String quantity() {
    return quantity;
  }

  /** Infinite or NaN. */
  public float value() {
    return value;
  }
}
