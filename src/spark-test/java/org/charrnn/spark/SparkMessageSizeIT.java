package org.charrnn.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.bulk.BulkEvaluation;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.LocalEngine;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.Work;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Slicing;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;
import org.charrnn.train.Trainer;
import org.charrnn.train.distributed.SlicedTrainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts, windows and results that are larger than a message of Spark's, which may have 1 MiB here
 * and has 128 by default. This JVM is the driver.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case the cluster hangs
class SparkMessageSizeIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final SessionSettings SESSION = SessionSettings.SEQUENTIAL;

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Engine engine;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(directory, 2);
    engine = cluster.startEngine(Map.of("spark.rpc.message.maxSize", "1"));
  }

  @AfterAll
  static void close() {
    engine.close();
    cluster.close();
  }

  /** Returns each item, changed; adds by concatenation, which shows the order. */
  private static final class Inversion implements SumWork<byte[], byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] apply(byte[] shared, byte[] item) {
      byte[] result = item.clone();
      for (int i = 0; i < result.length; i++) {
        result[i] ^= shared[i % shared.length];
      }
      return result;
    }

    @Override
    public byte[] add(byte[] sum, byte[] next) {
      byte[] both = Arrays.copyOf(sum, sum.length + next.length);
      System.arraycopy(next, 0, both, sum.length, next.length);
      return both;
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(count).nextBytes(bytes);
    return bytes;
  }

  /** Sizes around that of a message; executors add up groups of more than 16. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void itemsAndResultsOfAnySizeAreSent(int repeated) {
    List<byte[]> items =
        IntStream.range(0, repeated)
            .boxed()
            .flatMap(
                i ->
                    Stream.of(0, MEBIBYTE / 2, MEBIBYTE - 10_000, MEBIBYTE, 3 * MEBIBYTE, 10)
                        .map(SparkMessageSizeIT::bytes))
            .toList();
    byte[] shared = bytes(2 * MEBIBYTE);
    List<byte[]> expected = new LocalEngine().map(new Inversion(), shared, items);
    List<byte[]> actual = engine.map(new Inversion(), shared, items);
    for (int i = 0; i < items.size(); i++) {
      assertThat(Arrays.equals(actual.get(i), expected.get(i))).as("item %d", i).isTrue();
    }
    byte[] sum = engine.sum(new Inversion(), shared, items);
    assertThat(Arrays.equals(sum, new LocalEngine().sum(new Inversion(), shared, items))).isTrue();
  }

  /** The executors have 512 MB, which is the limit that remains. */
  @Test
  void itemThatDoesNotFitIntoAnExecutorNamesTheSetting() {
    Work<Integer, Integer, Integer> allocation = (shared, item) -> new byte[item].length;
    assertThatThrownBy(() -> engine.map(allocation, 0, List.of(600 * MEBIBYTE)))
        .isInstanceOf(EngineException.class)
        .hasMessageEndingWith("increase spark.executor.memory");
  }

  private static TokenIds text(int vocabulary, int tokens, long seed) {
    return TokenIds.of(
        vocabulary, new SplittableRandom(seed).ints(tokens, 0, vocabulary).toArray());
  }

  @Test
  void largeTextIsEvaluatedAsOnThisMachine() {
    TrainedModel model = TrainedModel.open(Path.of("src/test/resources/runs/char"));
    int vocabulary = model.vocabulary().size();
    List<TokenIds> texts =
        List.of(
            text(vocabulary, 2 * MEBIBYTE, 1), text(vocabulary, 500, 2), text(vocabulary, 2, 3));
    List<Evaluation> here = evaluate(new LocalEngine(), model, texts);
    assertThat(here.get(0).tokens()).isEqualTo(2 * MEBIBYTE - 1);
    assertThat(evaluate(engine, model, texts)).isEqualTo(here);
  }

  private static List<Evaluation> evaluate(
      Engine engine, TrainedModel model, List<TokenIds> texts) {
    List<Evaluation> evaluations = new ArrayList<>();
    BulkEvaluation.evaluate(
        engine,
        SESSION,
        EvaluationProtocol.CARRIED,
        model,
        texts.iterator(),
        evaluations::add);
    return evaluations;
  }

  private static Trainer trainer(Engine engine, TokenRange text, BatchShape batch) {
    GradientSetup gradients =
        new GradientSetup(
            new ModelConfig(CellKind.RNN, 5, 4, 1, 0),
            BatchPart.whole(batch),
            StepNoise.dropout(0.1f),
            ComputeKernel.fused(1),
            1);
    SlicedTrainer.Setup setup =
        new SlicedTrainer.Setup(
            new TrainingSetup(gradients, 1, true),
            new LearningRates(LearningRateSchedule.epochs(0.01f, 0.9f, 1), 1_000),
            new Slicing(2, 2),
            new StreamBatcher(text, batch.batchSize(), batch.sequenceLength()),
            SESSION);
    return SlicedTrainer.open(engine, setup, TrainingStart.RANDOM);
  }

  /** Windows of 2 MB are trained on, and 6 MB are validated with at once. */
  @Test
  void largeWindowsAreTrainedAndValidatedAsOnThisMachine() throws Exception {
    BatchShape batch = new BatchShape(2_000, 250);
    TokenIds ids = text(5, 3 * batch.batchSize() * batch.sequenceLength() + 1, 1);
    TokenRange range = new TokenRange("the text", ids, 0, ids.size());
    try (Trainer here = trainer(new LocalEngine(), range, batch);
        Trainer distributed = trainer(engine, range, batch)) {
      here.train(0, 2);
      distributed.train(0, 2);
      assertThat(distributed.statistics()).isEqualTo(here.statistics());
      assertThat(distributed.meanLossNats(TokenRanges.of(range), read -> {}))
          .isEqualTo(here.meanLossNats(TokenRanges.of(range), read -> {}));
    }
  }
}
