package org.charrnn.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.model.MemoryEstimate;
import org.charrnn.model.ModelConfig;

/** Refuses a training that does not fit into the machine, before it takes the memory. */
final class Memory {
  private Memory() {}

  /**
   * Checks a training.
   *
   * @param batch rows of a batch: in the lab, all windows
   * @throws InputException if it takes more memory than there is
   */
  static void require(ModelConfig config, long batch, int sequenceLength) {
    double needed = MemoryEstimate.trainingBytes(config, Math.max(batch, 1), sequenceLength);
    double there =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    if (needed > there) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "training on %,d windows at once takes about %,.0f GB and this machine has %,.0f GB;"
                  + " give the lab a shorter --text, a char-rnn a smaller --batch-size, or either"
                  + " less --layers, --hidden or --sequence-length",
              batch,
              needed / 1e9,
              there / 1e9));
    }
  }
}
