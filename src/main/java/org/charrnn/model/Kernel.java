package org.charrnn.model;

import java.io.Serializable;
import java.util.Locale;
import org.charrnn.InputException;

/**
 * How a training step is computed. All ways give the same losses and gradients, up to rounding; a
 * run that goes on keeps its way, so that it stays the same bit for bit.
 *
 * @param kind ops or fused
 * @param shards parts that a batch is split into, to be computed side by side; 1 for ops
 * @param precision of matrix products; single for ops
 */
public record Kernel(Kind kind, int shards, Precision precision) implements Serializable {
  /** The lab's own way. */
  public static final Kernel OPS = new Kernel(Kind.OPS, 1, Precision.FLOAT32);

  /** With fewer, two shards are about as fast as one. */
  private static final int LEAST_ROWS_OF_A_SHARD = 5;

  /** What a step is made of. */
  public enum Kind {
    /** Cells op by op; TensorFlow derives the gradients. */
    OPS,
    /** Products over all time steps at once; the gradients are written out. */
    FUSED;

    /** The name on the command line and in files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Kernel {
    if (kind == null || precision == null) {
      throw new InputException("the kernel's kind or precision is null");
    }
    if (shards < 1) {
      throw new InputException("--shards must be at least 1, got " + shards);
    }
    if (kind == Kind.OPS && shards > 1) {
      throw new InputException("--shards goes with --kernel fused; ops does not split the batch");
    }
    if (kind == Kind.OPS && precision != Precision.FLOAT32) {
      throw new InputException(
          "--precision %s goes with --kernel fused; ops computes in float32".formatted(precision));
    }
  }

  /** Fused, in a number of shards, in single precision. */
  public static Kernel fused(int shards) {
    return new Kernel(Kind.FUSED, shards, Precision.FLOAT32);
  }

  /**
   * Checks that a batch has a row for each shard.
   *
   * @throws InputException if it cannot
   */
  public Kernel require(BatchShape shape) {
    if (shards > shape.batchSize()) {
      throw new InputException(
          "--shards must be at most the rows of a batch, or slice, %d, got %d"
              .formatted(shape.batchSize(), shards));
    }
    return this;
  }

  /** Such as {@code fused, 2 shards, float32}. */
  @Override
  public String toString() {
    String split = kind == Kind.OPS ? "" : "%d shard%s, ".formatted(shards, shards == 1 ? "" : "s");
    return "%s, %s%s".formatted(kind, split, precision);
  }

  /**
   * Returns the number of shards with which a network usually trains fastest.
   *
   * @param cores of the machine
   */
  public static int shards(BatchShape shape, int cores) {
    return Math.max(1, Math.min(cores, shape.batchSize() / LEAST_ROWS_OF_A_SHARD));
  }
}
