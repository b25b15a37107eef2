package org.charrnn.cli.limits;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;

/** Refuses work that does not fit into the machine, before it allocates the memory. */
public final class MemoryCheck {
  private static final String LARGER_MACHINE = "resume it on a larger machine";
  private static final int BYTES_PER_TOKEN = 4; // one or two chars, and room to grow

  /** What cannot be changed to reduce the memory. */
  public enum Fixed {
    NOTHING,
    /** The network and its vocabulary. */
    NETWORK,
    /** All sizes of a run. */
    SIZES
  }

  /** Ids, references to tokens and probabilities, and room to grow. */
  private static final int BYTES_PER_TOKEN_IN_BATCH = 32;

  /** Batches that are done wait for texts before them. */
  private static final double SHARE_OF_A_BATCH = 1 / 16.;

  private MemoryCheck() {}

  /**
   * Checks a training.
   *
   * @param fixed decides which options are advised
   * @throws InputException if it needs more memory than the machine has
   */
  public static void requireTraining(TrainingSize size, Fixed fixed) {
    requireTraining(size.kind(), fixed, size.model(), size.computed(), size.kernel());
  }

  /**
   * Checks a training.
   *
   * @param kind and {@code fixed} decide which options are advised
   * @throws InputException if it needs more memory than the machine has
   */
  public static void requireTraining(
      RunKind kind, Fixed fixed, ModelConfig config, BatchShape shape, ComputeKernel kernel) {
    double graph = MemoryEstimate.graphBytes(config, kernel, shape.sequenceLength());
    if (graph > machineBytes()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a graph of %,d layers by %,d time steps needs about %,.1f GB and this machine has"
                  + " %,.1f GB; %s",
              config.layers(),
              shape.sequenceLength(),
              graph / 1e9,
              machineBytes() / 1e9,
              graphAdvice(fixed, kernel)));
    }
    requireTensors(kind, fixed, config, shape.batchSize(), shape.sequenceLength(), graph);
  }

  private static String graphAdvice(Fixed fixed, ComputeKernel kernel) {
    if (fixed == Fixed.SIZES) {
      return LARGER_MACHINE;
    }
    return (fixed == Fixed.NETWORK
            ? "reduce --sequence-length"
            : "reduce --layers or --sequence-length")
        + (kernel.kind() == ComputeKernel.Kind.OPS
            ? ", or use --kernel fused --shards 1, which needs less"
            : kernel.shards() > 1 ? ", or --shards" : "");
  }

  /** Whether the machine has the memory for a training. */
  public static boolean canTrain(ModelConfig config, BatchShape shape, ComputeKernel kernel) {
    return MemoryEstimate.bytes(config, shape, kernel) <= machineBytes();
  }

  /**
   * Checks the tensors of a training of the lab, before they are allocated.
   *
   * @param batch rows in a batch: all windows
   * @throws InputException if they need more memory than the machine has
   */
  public static void requireTensors(ModelConfig config, long batch, int sequenceLength) {
    requireTensors(RunKind.LAB, Fixed.NOTHING, config, batch, sequenceLength, 0);
  }

  private static void requireTensors(
      RunKind kind, Fixed fixed, ModelConfig config, long batch, int sequenceLength, double graph) {
    long rows = Math.max(batch, 1);
    double bytes = MemoryEstimate.trainingBytes(config, rows, sequenceLength) + graph;
    if (bytes > machineBytes()) {
      double share = MemoryEstimate.vocabularyBytes(config, rows, sequenceLength) / bytes;
      throw new InputException(
          String.format(
              Locale.ROOT,
              "training on %,d window%s at once needs about %,.0f GB and this machine has %,.0f GB;"
                  + " %s",
              batch,
              batch == 1 ? "" : "s",
              bytes / 1e9,
              machineBytes() / 1e9,
              kind == RunKind.TRAIN && share > 0.5
                  ? vocabularyAdvice(fixed, config, share)
                  : tensorAdvice(fixed)));
    }
  }

  private static String vocabularyAdvice(Fixed fixed, ModelConfig config, double share) {
    return String.format(
        Locale.ROOT,
        "%.0f%% of it is for the vocabulary of %,d tokens: %s",
        100 * share,
        config.classes(),
        fixed == Fixed.NOTHING
            ? "use a smaller --vocabulary-size, --batch-size, --sequence-length, --hidden or"
                + " --layers"
            : tensorAdvice(fixed));
  }

  private static String tensorAdvice(Fixed fixed) {
    return switch (fixed) {
      case NOTHING ->
          "use a shorter --text for the lab, a smaller --batch-size for train, or a smaller"
              + " --layers, --hidden or --sequence-length";
      case NETWORK -> "use a smaller --batch-size or --sequence-length";
      case SIZES -> LARGER_MACHINE;
    };
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

  /**
   * Returns how many texts to generate at once.
   *
   * @param max number of texts if there is plenty of memory
   * @param longest tokens of the longest text, with its prime
   * @throws InputException if the machine has too little memory even for one
   */
  public static int batchSize(ModelConfig config, int max, long longest) {
    int rows = max;
    while (rows > 1 && !fits(config, rows, longest, SHARE_OF_A_BATCH)) {
      rows /= 2;
    }
    if (!fits(config, rows, longest, 1)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a text of %,d tokens, with its prime, needs about %,.1f GB; this machine has %,.1f GB,"
                  + " %,.1f of them for Java; use a smaller --length or a shorter prime",
              longest,
              (MemoryEstimate.generationBytes(config, 1) + bytesInBatch(1, longest)) / 1e9,
              machineBytes() / 1e9,
              Runtime.getRuntime().maxMemory() / 1e9));
    }
    return rows;
  }

  private static boolean fits(ModelConfig config, int rows, long longest, double share) {
    return MemoryEstimate.generationBytes(config, rows) <= share * machineBytes()
        && bytesInBatch(rows, longest) <= share * Runtime.getRuntime().maxMemory();
  }

  private static double bytesInBatch(int rows, long longest) {
    return (double) rows * longest * BYTES_PER_TOKEN_IN_BATCH;
  }

  private static double machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
