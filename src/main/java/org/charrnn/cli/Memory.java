package org.charrnn.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.MemoryEstimate;
import org.charrnn.model.ModelConfig;

/** Refuses work that does not fit into the machine, before it takes the memory. */
final class Memory {
  private static final int BYTES_OF_A_TOKEN = 4; // a char or two, and room to grow

  private Memory() {}

  /**
   * Checks a training.
   *
   * @throws InputException if it takes more memory than there is
   */
  static void require(ModelConfig config, BatchShape shape, Kernel kernel) {
    double graph = MemoryEstimate.graphBytes(config, kernel, shape.sequenceLength());
    if (graph > ofMachine()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a graph of %,d layers by %,d time steps takes about %,.1f GB and this machine has"
                  + " %,.1f GB; give less --layers or --sequence-length%s",
              config.layers(),
              shape.sequenceLength(),
              graph / 1e9,
              ofMachine() / 1e9,
              kernel.kind() == Kernel.Kind.OPS
                  ? ", or --kernel fused --shards 1, which takes less"
                  : kernel.shards() > 1 ? ", or fewer --shards" : ""));
    }
    require(config, shape.batchSize(), shape.sequenceLength(), graph);
  }

  /**
   * Checks what a training's numbers take, before there are any.
   *
   * @param batch rows of a batch: in the lab, all windows
   * @throws InputException if it is more memory than there is
   */
  static void require(ModelConfig config, long batch, int sequenceLength) {
    require(config, batch, sequenceLength, 0);
  }

  private static void require(ModelConfig config, long batch, int sequenceLength, double graph) {
    double numbers = MemoryEstimate.trainingBytes(config, Math.max(batch, 1), sequenceLength);
    if (numbers + graph > ofMachine()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "training on %,d windows at once takes about %,.0f GB and this machine has %,.0f GB;"
                  + " give the lab a shorter --text, a char-rnn a smaller --batch-size, or either"
                  + " less --layers, --hidden or --sequence-length",
              batch,
              (numbers + graph) / 1e9,
              ofMachine() / 1e9));
    }
  }

  /**
   * Checks texts that are written side by side.
   *
   * @param option that says how many
   * @param rows the texts
   * @param length tokens of each that are kept until the end, with its prime
   * @throws InputException if they take more memory than there is
   */
  static void requireRows(ModelConfig config, String option, int rows, long length) {
    double computed = MemoryEstimate.writingBytes(config, rows);
    // One text is printed as it is made.
    double kept = rows == 1 ? 0 : (double) rows * length * BYTES_OF_A_TOKEN;
    if (computed > ofMachine() || kept > Runtime.getRuntime().maxMemory()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %,d takes about %,.1f GB; this machine has %,.1f GB, %,.1f of them for Java;"
                  + " give a smaller one",
              option,
              rows,
              (computed + kept) / 1e9,
              ofMachine() / 1e9,
              Runtime.getRuntime().maxMemory() / 1e9));
    }
  }

  private static double ofMachine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
