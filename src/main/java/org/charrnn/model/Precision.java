package org.charrnn.model;

import java.util.Locale;

/** What matrix products are computed in. */
public enum Precision {
  /** Single precision, as everything else. */
  FLOAT32,
  /**
   * Where TensorFlow's automatic mixed precision finds it safe, sixteen bits of which eight are the
   * mantissa's; sums, weights and the optimizer stay in single precision. It needs oneDNN and a CPU
   * whose oneDNN knows the type (AVX-512 and later); elsewhere nothing changes.
   */
  BFLOAT16;

  /** The name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
