package org.charrnn.model;

import java.util.Locale;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** What matrices are multiplied in. Weights, sums, states and the loss are in single precision. */
public enum Precision {
  /** Single precision. */
  FLOAT32(TFloat32.class),
  /**
   * Sixteen bits, of which eight are the mantissa's: factors are rounded to them, and products.
   * Faster on CPUs that multiply them (AVX-512 and later), slower on others.
   *
   * <p>More than the products in it would not do: an LSTM's cell state, where small changes add up
   * over many time steps, would stand still where it is large. So <a
   * href="https://arxiv.org/abs/1710.03740">Micikevicius et al., Mixed Precision Training</a>, keep
   * sums in single precision.
   */
  BFLOAT16(TBfloat16.class);

  private final Class<? extends TFloating> type;

  Precision(Class<? extends TFloating> type) {
    this.type = type;
  }

  /** As TensorFlow has it. */
  Class<? extends TFloating> type() {
    return type;
  }

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
