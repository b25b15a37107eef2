package org.charrnn.model;

import java.util.Locale;

/** What a training step's numbers are computed in. */
public enum Precision {
  /** Single precision. */
  FLOAT32,
  /**
   * Sixteen bits, of which eight are the mantissa's, where TensorFlow's automatic mixed precision
   * finds it safe: in matrix products and in the gates between them. Weights, the loss and the
   * optimizer stay in single precision. It needs oneDNN and a CPU whose oneDNN knows the type
   * (AVX-512 and later); elsewhere nothing changes.
   */
  BFLOAT16;

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
