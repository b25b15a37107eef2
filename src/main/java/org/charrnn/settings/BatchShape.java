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
    @Setting(defaultValue = "50", min = 1, help = "Streams of text that are read side by side")
        int batchSize,
    @Setting(
            defaultValue = "50",
            lab = "10",
            min = 1,
            help = "Time steps that are unrolled (the window of truncated BPTT)")
        int sequenceLength)
    implements Serializable {
  public BatchShape {
    SettingChecks.check(BatchShape.class, batchSize, sequenceLength);
  }

  /** Number of ids in a batch. */
  public int size() {
    return Math.multiplyExact(batchSize, sequenceLength);
  }
}
