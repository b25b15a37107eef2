package org.charrnn.cli.training;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;

/** Refuses work that does not fit into the machine, before it allocates the memory. */
public final class MemoryCheck {
  private static final int BYTES_PER_TOKEN = 4; // one or two chars, and room to grow

  private MemoryCheck() {}

  /**
   * Checks a training.
   *
   * @throws InputException if it needs more memory than the machine has
   */
  public static void requireTraining(ModelConfig config, BatchShape shape, ComputeKernel kernel) {
    double graph = MemoryEstimate.graphBytes(config, kernel, shape.sequenceLength());
    if (graph > machineBytes()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a graph of %,d layers by %,d time steps needs about %,.1f GB and this machine has"
                  + " %,.1f GB; reduce --layers or --sequence-length%s",
              config.layers(),
              shape.sequenceLength(),
              graph / 1e9,
              machineBytes() / 1e9,
              kernel.kind() == ComputeKernel.Kind.OPS
                  ? ", or use --kernel fused --shards 1, which needs less"
                  : kernel.shards() > 1 ? ", or --shards" : ""));
    }
    requireTensors(config, shape.batchSize(), shape.sequenceLength(), graph);
  }

  /**
   * Checks the tensors of a training, before they are allocated.
   *
   * @param batch rows in a batch: in the lab, all windows
   * @throws InputException if they need more memory than the machine has
   */
  public static void requireTensors(ModelConfig config, long batch, int sequenceLength) {
    requireTensors(config, batch, sequenceLength, 0);
  }

  private static void requireTensors(
      ModelConfig config, long batch, int sequenceLength, double graph) {
    double tensors = MemoryEstimate.trainingBytes(config, Math.max(batch, 1), sequenceLength);
    if (tensors + graph > machineBytes()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "training on %,d windows at once needs about %,.0f GB and this machine has %,.0f GB;"
                  + " use a shorter --text for the lab, a smaller --batch-size for train, or a"
                  + " smaller --layers, --hidden or --sequence-length",
              batch,
              (tensors + graph) / 1e9,
              machineBytes() / 1e9));
    }
  }

  /**
   * Checks texts that are generated in parallel.
   *
   * @param option that says how many
   * @param rows number of texts
   * @param length tokens of each that are kept until the end, with its prime
   * @throws InputException if they need more memory than the machine has
   */
  public static void requireGeneration(ModelConfig config, String option, int rows, long length) {
    double computed = MemoryEstimate.generationBytes(config, rows);
    // A single text is printed as it is generated.
    double kept = rows == 1 ? 0 : (double) rows * length * BYTES_PER_TOKEN;
    if (computed > machineBytes() || kept > Runtime.getRuntime().maxMemory()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %,d needs about %,.1f GB; this machine has %,.1f GB, %,.1f of them for Java;"
                  + " use a smaller number",
              option,
              rows,
              (computed + kept) / 1e9,
              machineBytes() / 1e9,
              Runtime.getRuntime().maxMemory() / 1e9));
    }
  }

  private static double machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
