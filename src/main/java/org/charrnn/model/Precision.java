package org.charrnn.model;

import java.util.Locale;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** The type of matrix products. Weights, sums, states and the loss always have single precision. */
public enum Precision {
  /** Single precision. */
  FLOAT32(TFloat32.class),
  /**
   * Sixteen bits with eight bits of precision: the inputs of products and the products are rounded
   * to it. Faster on CPUs with instructions for it (AVX-512 and later), slower on others.
   *
   * <p>Only products are computed in it: an LSTM's cell state adds up small changes over many time
   * steps, which would be rounded away where the state is large. <a
   * href="https://arxiv.org/abs/1710.03740">Micikevicius et al., Mixed Precision Training</a>, keep
   * sums in single precision for the same reason.
   */
  BFLOAT16(TBfloat16.class);

  private final Class<? extends TFloating> matMulType;

  Precision(Class<? extends TFloating> matMulType) {
    this.matMulType = matMulType;
  }

  /** TensorFlow's type. */
  public Class<? extends TFloating> matMulType() {
    return matMulType;
  }

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
