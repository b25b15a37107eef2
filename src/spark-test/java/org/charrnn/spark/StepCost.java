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
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.LocalEngine;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LocalTrainer;
import org.charrnn.train.SlicedTrainer;
import org.charrnn.train.Trainer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a step costs on Spark: the same batch whole, in slices here and in slices on Spark,
 * by turns. {@code src/site/markdown/spark.md} tells how it is started and what came of it.
 */
@Command(name = "StepCost", mixinStandardHelpOptions = true, sortOptions = false)
final class StepCost implements Callable<Integer> {
  private static final int CLASSES = 65;
  private static final SessionSettings ONE_CORE = new SessionSettings(1); // for a slice
  private static final Path SENT = Path.of("/sys/class/net/lo/statistics/tx_bytes"); // on Linux

  @Option(names = "--master", defaultValue = "local-cluster[2,1,1024]")
  private String master;

  @Option(names = "--conf", description = "A setting of Spark's.")
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
      description = "In a round, each way: a multiple of the local steps.")
  private int steps;

  @Override
  public Integer call() throws Exception {
    int[] ids =
        new SplittableRandom(1).ints(batchSize * sequenceLength * 20 + 1, 0, CLASSES).toArray();
    TokenRange range = new TokenRange("text", TokenIds.of(CLASSES, ids), 0, ids.length);
    StreamBatcher text = new StreamBatcher(range, batchSize, sequenceLength);
    TrainingConfig config =
        new TrainingConfig(
            batchSize, sequenceLength, 1, 0.002f, 1, 0, 0, 5f, 0, 1, 0, 0, 1);
    ModelConfig network = ModelConfig.lab(CLASSES, hidden, layers);
    TrainingOptions options = new TrainingOptions(0, 5, Kernel.fused(1));
    Slicing slicing = new Slicing(slices, localSteps);
    try (Engine here = new LocalEngine();
        Engine spark =
            SparkEngine.start(new EngineSettings(master, configuration, () -> {}));
        Trainer whole = new LocalTrainer(whole(network), config, text);
        Trainer sliced =
            SlicedTrainer.create(here, network, options, config, slicing, text, ONE_CORE);
        Trainer onSpark =
            SlicedTrainer.create(spark, network, options, config, slicing, text, ONE_CORE)) {
      print(network, List.of(new Way(whole), new Way(sliced), new Way(onSpark)));
    }
    return 0;
  }

  private TrainingModel whole(ModelConfig network) {
    return new TrainingModel(
        network,
        new BatchShape(batchSize, sequenceLength),
        new TrainingOptions(0, 5, Kernel.fused(slices)),
        1);
  }

  /** One way to take steps, and what they took. */
  private final class Way {
    private final Trainer trainer;
    private final List<Double> ms = new ArrayList<>(); // a step, of each round
    private final List<Double> megabytes = new ArrayList<>();
    private long done;

    Way(Trainer trainer) {
      this.trainer = trainer;
    }

    void round() throws Exception {
      long sent = sent();
      long start = System.nanoTime();
      int together = trainer.stepsTogether();
      for (int step = 0; step < steps; step += together) {
        trainer.train(done, done + together);
        done += together;
      }
      ms.add((System.nanoTime() - start) / 1e6 / steps);
      megabytes.add((sent() - sent) / 1e6 / steps);
    }
  }

  private static long sent() throws IOException {
    return Files.exists(SENT) ? Long.parseLong(Files.readString(SENT).strip()) : 0;
  }

  private void print(ModelConfig network, List<Way> ways) throws Exception {
    for (int round = 0; round <= rounds; round++) {
      for (Way way : ways) {
        way.round(); // the first one warms up
      }
    }
    double whole = median(ways.get(0).ms);
    double sliced = median(ways.get(1).ms);
    double spark = median(ways.get(2).ms);
    System.out.printf(
        Locale.ROOT,
        "%s, %dx%d, %d x %d, %d slices, %d local steps: %.1f MB of weights; whole %.1f ms, slices"
            + " here %.1f, Spark %.1f (x%.2f), %.1f MB sent a step%n",
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
        median(ways.get(2).megabytes));
  }

  private static double median(List<Double> ofRounds) {
    double[] sorted =
        ofRounds.subList(1, ofRounds.size()).stream().mapToDouble(d -> d).sorted().toArray();
    return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new StepCost()).execute(args));
  }
}
