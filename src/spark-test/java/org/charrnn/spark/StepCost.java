package org.charrnn.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.LocalEngine;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Slicing;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.StreamTrainer;
import org.charrnn.train.Trainer;
import org.charrnn.train.distributed.SlicedTrainer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the cost of a training step on Spark. In alternating rounds, the same batch is trained
 * whole, in slices in this JVM, and in slices on Spark. {@code src/site/markdown/spark.md} has the
 * command line and the results.
 */
@Command(name = "StepCost", mixinStandardHelpOptions = true, sortOptions = false)
final class StepCost implements Callable<Integer> {
  private static final int CLASSES = 65;
  private static final LearningRates RATES =
      new LearningRates(LearningRateSchedule.constant(0.002f), 1_000);
  private static final float MAX_NORM = 5;
  private static final SessionSettings ONE_CORE = new SessionSettings(1); // for each slice

  /** Linux's counter of bytes sent over the loopback interface. */
  private static final Path SENT_BYTES = Path.of("/sys/class/net/lo/statistics/tx_bytes");

  @Option(names = "--master", defaultValue = "local-cluster[2,1,1024]")
  private String master;

  @Option(names = "--conf", description = "Spark setting KEY=VALUE; may be repeated.")
  private Map<String, String> configuration = Map.of();

  @Option(names = "--layers", defaultValue = "2")
  private int layers;

  @Option(names = "--hidden", defaultValue = "128")
  private int hidden;

  @Option(names = "--batch-size", defaultValue = "100")
  private int batchSize;

  @Option(names = "--sequence-length", defaultValue = "50")
  private int sequenceLength;

  @Option(names = "--slices", defaultValue = "2")
  private int slices;

  @Option(names = "--local-steps", defaultValue = "1")
  private int localSteps;

  @Option(names = "--rounds", defaultValue = "5")
  private int rounds;

  @Option(
      names = "--steps",
      defaultValue = "10",
      description = "Steps of each variant per round, a multiple of --local-steps.")
  private int steps;

  @Override
  public Integer call() throws Exception {
    int[] ids =
        new SplittableRandom(1).ints(batchSize * sequenceLength * 20 + 1, 0, CLASSES).toArray();
    TokenRange range = new TokenRange("text", TokenIds.of(CLASSES, ids), 0, ids.length);
    StreamBatcher text = new StreamBatcher(range, batchSize, sequenceLength);
    ModelConfig network = ModelConfig.lab(CLASSES, hidden, layers);
    SlicedTrainer.Setup slicedSetup =
        new SlicedTrainer.Setup(
            setup(network, 1), RATES, new Slicing(slices, localSteps), text, ONE_CORE);
    try (Engine local = new LocalEngine();
        Engine spark = SparkEngine.start(new EngineSettings(master, configuration, 0, () -> {}));
        Trainer whole = new StreamTrainer(wholeBatchSession(network), RATES, text);
        Trainer sliced = SlicedTrainer.open(local, slicedSetup, TrainingStart.RANDOM);
        Trainer onSpark = SlicedTrainer.open(spark, slicedSetup, TrainingStart.RANDOM)) {
      measureAndPrint(
          network, List.of(new Variant(whole), new Variant(sliced), new Variant(onSpark)));
    }
    return 0;
  }

  private TrainingSetup setup(ModelConfig network, int shards) {
    BatchPart batch = BatchPart.whole(new BatchShape(batchSize, sequenceLength));
    ComputeKernel kernel = ComputeKernel.fused(shards);
    return new TrainingSetup(GradientSetup.withoutNoise(network, batch, kernel), MAX_NORM, true);
  }

  private TrainingSession wholeBatchSession(ModelConfig network) {
    return TrainingSession.open(
        setup(network, slices), TrainingStart.RANDOM, SessionSettings.allCores());
  }

  /** A trainer and its measurements. */
  private final class Variant {
    private final Trainer trainer;
    private final List<Double> msPerStep = new ArrayList<>(); // one value per round
    private final List<Double> megabytesPerStep = new ArrayList<>();
    private long stepsDone;

    Variant(Trainer trainer) {
      this.trainer = trainer;
    }

    void runRound() throws Exception {
      long sentBefore = sentBytes();
      long start = System.nanoTime();
      int together = trainer.stepsTogether();
      for (int step = 0; step < steps; step += together) {
        trainer.train(stepsDone, stepsDone + together);
        stepsDone += together;
      }
      msPerStep.add((System.nanoTime() - start) / 1e6 / steps);
      megabytesPerStep.add((sentBytes() - sentBefore) / 1e6 / steps);
    }
  }

  private static long sentBytes() throws IOException {
    return Files.exists(SENT_BYTES) ? Long.parseLong(Files.readString(SENT_BYTES).strip()) : 0;
  }

  private void measureAndPrint(ModelConfig network, List<Variant> variants) throws Exception {
    for (int round = 0; round <= rounds; round++) {
      for (Variant variant : variants) {
        variant.runRound(); // the first round is a warm-up, which median() skips
      }
    }
    double whole = median(variants.get(0).msPerStep);
    double sliced = median(variants.get(1).msPerStep);
    double spark = median(variants.get(2).msPerStep);
    System.out.printf(
        Locale.ROOT,
        "%s, %dx%d, %d x %d, %d slices, %d local steps: %.1f MB of weights; ms per step: whole"
            + " batch %.1f, local slices %.1f, Spark %.1f (x%.2f); %.1f MB sent per step%n",
        master,
        layers,
        hidden,
        batchSize,
        sequenceLength,
        slices,
        localSteps,
        network.parameters() * 4 / 1e6,
        whole,
        sliced,
        spark,
        spark / whole,
        median(variants.get(2).megabytesPerStep));
  }

  /** Returns the median of all values but the first. */
  private static double median(List<Double> values) {
    double[] sorted =
        values.subList(1, values.size()).stream().mapToDouble(d -> d).sorted().toArray();
    return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new StepCost()).execute(args));
  }
}
