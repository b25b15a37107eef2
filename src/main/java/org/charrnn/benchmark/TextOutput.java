package org.charrnn.benchmark;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.measure.OperationTime;

/** Prints measurements as readable text. */
public final class TextOutput implements BenchmarkOutput {
  private static final int MAX_OPERATIONS = 12;

  private final PrintWriter out;
  private double peakGigaflops = Double.NaN;
  private double heapBytesPerStep;
  private double firstMebibytes = Double.NaN;
  private double lastMebibytes = Double.NaN;

  /**
   * @param out receives the lines; not closed
   */
  public TextOutput(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void products(int threads, double gigaflops) {
    peakGigaflops = gigaflops;
    print(
        "large matrix products on %d thread%s: %.0f GFLOP/s",
        threads, threads == 1 ? "" : "s", gigaflops);
  }

  @Override
  public void round(JobDescription description, Rounds.Round round) {
    heapBytesPerStep = (double) round.heapBytes() / round.steps();
    lastMebibytes = round.residentMebibytes().orElse(Double.NaN);
    if (round.number() == 0) {
      firstMebibytes = lastMebibytes;
    }
  }

  @Override
  public void rounds(JobDescription description, Job job, Rounds rounds) {
    boolean isTraining = description.sequenceLength() != null;
    String step = isTraining ? "step" : "character";
    double median = rounds.medianSeconds();
    print("");
    print("%s", isTraining ? training(description) : generation(description));
    print(
        "  %.3f ms per %s (%.3f to %.3f in %d round%s of %,d), %,.0f characters per second",
        1e3 * median,
        step,
        1e3 * rounds.leastSeconds(),
        1e3 * rounds.mostSeconds(),
        rounds.seconds().size(),
        rounds.seconds().size() == 1 ? "" : "s",
        rounds.stepsPerRound(),
        job.charactersPerStep() / median);
    double gigaflops = job.flopsPerStep() / median / 1e9;
    String share =
        Double.isNaN(peakGigaflops)
            ? ""
            : String.format(
                Locale.ROOT,
                ", %.0f%% of the speed of large products",
                100 * gigaflops / peakGigaflops);
    print("  %.1f GFLOP/s%s", gigaflops, share);
    print("  %,.0f bytes allocated on the Java heap per %s", heapBytesPerStep, step);
    if (!Double.isNaN(lastMebibytes)) {
      print(
          "  resident memory: %.0f MiB after the first round, %.0f MiB after the last (%+.1f%%)",
          firstMebibytes, lastMebibytes, 100 * (lastMebibytes / firstMebibytes - 1));
    }
  }

  private static String training(JobDescription description) {
    return "training, %d rows x %d time steps, %s; kernel %s"
        .formatted(
            description.rows(),
            description.sequenceLength(),
            network(description.network()),
            description.kernel());
  }

  private static String generation(JobDescription description) {
    return "generation, %d text%s in parallel, %s"
        .formatted(
            description.rows(), description.rows() == 1 ? "" : "s", network(description.network()));
  }

  private static String network(ModelConfig network) {
    return "%d x %d %s on %d characters%s"
        .formatted(
            network.layers(),
            network.hiddenSize(),
            network.cell(),
            network.classes(),
            network.embeddingSize() == 0
                ? ""
                : ", %sembedding %d"
                    .formatted(network.tieEmbeddings() ? "tied " : "", network.embeddingSize()));
  }

  @Override
  public void profile(JobDescription description, List<OperationTime> operations) {
    double all = operations.stream().mapToDouble(OperationTime::millis).sum();
    print("  time of a traced step by operation, %.1f ms in all threads together:", all);
    for (OperationTime operation :
        operations.subList(0, Math.min(MAX_OPERATIONS, operations.size()))) {
      print(
          "  %5.1f%% %9.3f ms %8.0f x %s",
          100 * operation.millis() / all, operation.millis(), operation.count(), operation.type());
    }
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
