package org.charrnn.model;

import java.util.Locale;

/**
 * How a training step is computed. All ways give the same losses and gradients, up to rounding.
 *
 * @param kind ops or fused
 * @param shards parts that a batch is split into, to run side by side; 1 for ops
 */
public record Kernel(Kind kind, int shards) {
  /** The lab's own way. */
  public static final Kernel OPS = new Kernel(Kind.OPS, 1);

  /** What a step is made of. */
  public enum Kind {
    /** Cells op by op; TensorFlow derives the gradients. */
    OPS,
    /** An operation for each time step; the gradients are written out. */
    FUSED;

    /** The name on the command line and in files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Fused, in a number of shards. */
  public static Kernel fused(int shards) {
    return new Kernel(Kind.FUSED, shards);
  }
}
