package org.charrnn.model;

import java.io.Serializable;
import java.util.Locale;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;
import org.charrnn.settings.SettingException;

/**
 * How a training step is computed. All kernels compute the same losses and gradients up to
 * rounding; a resumed run keeps its kernel, so that it stays equal bit for bit.
 *
 * @param kind ops or fused
 * @param shards parts of a batch that are computed in parallel; 1 for ops
 * @param precision of matrix products; float32 for ops
 */
public record ComputeKernel(
    @Setting(
            name = "kernel",
            label = "KERNEL",
            defaultValue = Setting.AUTO,
            lab = Setting.AUTO,
            absent = "ops",
            auto = "ops in the lab, else fused",
            help =
                "How a training step is computed: ops, operation by operation as in the course, or"
                    + " fused, which is faster")
        Kind kind,
    @Setting(
            defaultValue = Setting.AUTO,
            lab = Setting.AUTO,
            absent = "1",
            min = 1,
            auto = "by the threads and the batch size",
            help = "Parts of a batch that the fused kernel computes in parallel")
        int shards,
    @Setting(
            label = "TYPE",
            defaultValue = "float32",
            lab = "float32",
            absent = "float32",
            canBeAuto = true,
            auto = "bfloat16 if this machine is clearly faster with it, measured when a run starts",
            help =
                "Type of the fused kernel's matrix products: float32, or bfloat16, which is faster"
                    + " for large networks on CPUs that support it")
        Precision precision)
    implements Serializable {
  /** The course's own graph. */
  public static final ComputeKernel OPS = new ComputeKernel(Kind.OPS, 1, Precision.FLOAT32);

  /** With fewer rows in each, two shards are about as fast as one. */
  private static final int MIN_ROWS_OF_A_SHARD = 5;

  /** The implementations of a training step. */
  public enum Kind {
    /** Cells operation by operation; TensorFlow derives the gradients. */
    OPS,
    /** Products over all time steps at once; the gradients are explicit. */
    FUSED;

    /** The name on the command line and in files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ComputeKernel {
    SettingChecks.check(ComputeKernel.class, kind, shards, precision);
    if (kind == Kind.OPS && shards > 1) {
      throw new SettingException("shards", "needs the fused kernel; ops does not split a batch");
    }
    if (kind == Kind.OPS && precision != Precision.FLOAT32) {
      throw new SettingException(
          "precision", "%s needs the fused kernel; ops computes in float32".formatted(precision));
    }
  }

  /** The fused kernel in single precision. */
  public static ComputeKernel fused(int shards) {
    return new ComputeKernel(Kind.FUSED, shards, Precision.FLOAT32);
  }

  /** The same kernel with products in another precision. */
  public ComputeKernel withPrecision(Precision newPrecision) {
    return new ComputeKernel(kind, shards, newPrecision);
  }

  /**
   * Checks that each shard of a batch has a row.
   *
   * @throws SettingException if there are more shards than rows
   */
  public ComputeKernel require(BatchShape shape) {
    if (shards > shape.batchSize()) {
      throw new SettingException(
          "shards",
          "must be at most the rows of a batch, or of a slice, %d, got %d"
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
  public static int defaultShards(BatchShape shape, int cores) {
    return Math.max(1, Math.min(cores, shape.batchSize() / MIN_ROWS_OF_A_SHARD));
  }
}
