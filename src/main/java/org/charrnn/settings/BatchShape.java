package org.charrnn.settings;

import java.io.Serializable;

/**
 * The size of a batch.
 *
 * @param batchSize rows: streams of text, or the lab's windows; at least 1
 * @param sequenceLength time steps that are unrolled, the window of truncated backpropagation; at
 *     least 1
 */
public record BatchShape(
    @Setting(
            defaultValue = Setting.AUTO,
            min = 1,
            auto = "50, fewer for a short text",
            help = "Streams of text that are read side by side")
        int batchSize,
    @Setting(
            defaultValue = Setting.AUTO,
            lab = "10",
            min = 1,
            auto = "50, fewer for a short text",
            help = "Time steps that are unrolled (the window of truncated BPTT)")
        int sequenceLength)
    implements Serializable {
  /** The size that suits a long text. */
  public static final BatchShape DEFAULT = new BatchShape(50, 50);

  public BatchShape {
    SettingChecks.check(BatchShape.class, batchSize, sequenceLength);
  }

  /** Number of ids in a batch. */
  public int size() {
    return Math.multiplyExact(batchSize, sequenceLength);
  }
}
