package org.charrnn.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.engine.Engine;
import org.charrnn.engine.LocalEngine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
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
import org.charrnn.text.TokenRanges;
import org.charrnn.train.DivergedException;
import org.charrnn.train.StreamTrainer;
import org.charrnn.train.Trainer;
import org.charrnn.train.distributed.SlicedTrainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on the JVMs of a cluster, some of which are killed. This JVM is the driver. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // in case the cluster hangs
class SparkTrainingIT {
  private static final int STEPS = 8;
  private static final int STREAMS = 20;
  private static final int[] IDS = new SplittableRandom(1).ints(STREAMS * 100 + 1, 0, 20).toArray();
  private static final TokenRange RANGE =
      new TokenRange("the text", TokenIds.of(20, IDS), 0, IDS.length);

  /** An epoch has 5 windows. */
  private static final StreamBatcher TEXT = new StreamBatcher(RANGE, STREAMS, 20);

  private static final LearningRates RATES =
      new LearningRates(LearningRateSchedule.epochs(0.01f, 0.9f, 1), 1_000);
  private static final float DROPOUT = 0.3f;
  private static final float MAX_NORM = 1;
  private static final long SEED = 1;

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Engine engine;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(directory, 2);
    engine = cluster.startEngine(Map.of());
    awaitExecutors(2);
  }

  @AfterAll
  static void close() throws Exception {
    engine.close();
    cluster.close();
  }

  /** Waits until jobs run on this many executors and returns their process IDs. */
  private static Set<Long> awaitExecutors(int count) {
    Work<Integer, Integer, Long> pid =
        (shared, item) -> {
          try {
            TimeUnit.MILLISECONDS.sleep(200); // so that another executor takes the next task
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ProcessHandle.current().pid();
        };
    Set<Long> pids = new HashSet<>();
    while (pids.size() < count) {
      pids.clear();
      pids.addAll(engine.map(pid, 0, List.of(1, 2)));
    }
    return pids;
  }

  private static ModelConfig network(CellKind cell) {
    return new ModelConfig(cell, 20, 32, 2, 0);
  }

  private static TrainingSetup setup(CellKind cell, int shards) {
    BatchPart batch = BatchPart.whole(new BatchShape(STREAMS, 20));
    ComputeKernel kernel = ComputeKernel.fused(shards);
    return new TrainingSetup(
        new GradientSetup(network(cell), batch, StepNoise.dropout(DROPOUT), kernel, SEED), MAX_NORM, true);
  }

  private static Trainer localTrainer(CellKind cell, int shards) {
    TrainingSession session =
        TrainingSession.open(setup(cell, shards), TrainingStart.RANDOM, SessionSettings.allCores());
    return new StreamTrainer(session, RATES, TEXT);
  }

  private static Trainer slicedTrainer(CellKind cell, Engine engine, Slicing slicing) {
    SlicedTrainer.Setup setup =
        new SlicedTrainer.Setup(setup(cell, 1), RATES, slicing, TEXT, new SessionSettings(1));
    return SlicedTrainer.open(engine, setup, TrainingStart.RANDOM);
  }

  /** Trains and returns the loss of each step, then the loss on the whole text, in nats. */
  private static List<Double> losses(Trainer trainer) throws DivergedException {
    List<Double> losses = new ArrayList<>();
    int together = trainer.stepsTogether();
    for (int step = 0; step < STEPS; step += together) {
      trainer.resetStatistics();
      trainer.train(step, step + together);
      losses.add(trainer.statistics().lossSumNats());
    }
    losses.add(trainer.meanLossNats(TokenRanges.of(RANGE), progress -> {}));
    return losses;
  }

  private static float[][] arrays(Trainer trainer) {
    return VariableValue.arrays(trainer.variables());
  }

  /** The losses are equal, since the same operations are added up in the same order. */
  @ParameterizedTest
  @CsvSource({"LSTM, 2", "GRU, 5"})
  void lossesEqualThoseOfLocalTraining(CellKind cell, int slices) throws Exception {
    Set<Long> pids = awaitExecutors(2);
    assertThat(pids).hasSize(2).doesNotContain(ProcessHandle.current().pid());
    try (Trainer local = localTrainer(cell, slices);
        Trainer distributed = slicedTrainer(cell, engine, new Slicing(slices, 1))) {
      assertThat(losses(distributed)).isEqualTo(losses(local));
      assertThat(arrays(distributed)).isDeepEqualTo(arrays(local));
    }
    assertTaskCachesAreEmpty();
  }

  /** Executors add up groups of 17 slices; the second case averages local steps. */
  @ParameterizedTest
  @CsvSource({"17, 1", "3, 4"})
  void sliceSumsEqualThoseOfLocalEngine(int slices, int localSteps) throws Exception {
    Slicing slicing = new Slicing(slices, localSteps);
    try (Trainer local = slicedTrainer(CellKind.LSTM, new LocalEngine(), slicing);
        Trainer distributed = slicedTrainer(CellKind.LSTM, engine, slicing)) {
      assertThat(losses(distributed)).isEqualTo(losses(local));
      assertThat(arrays(distributed)).isDeepEqualTo(arrays(local));
    }
    assertTaskCachesAreEmpty();
  }

  /** Checks that executors have freed the models of finished trainings. */
  private static void assertTaskCachesAreEmpty() {
    Work<Integer, Integer, Integer> count = (shared, item) -> TaskCache.count();
    assertThat(engine.map(count, 0, List.of(1, 2, 3, 4))).containsOnly(0);
  }

  /** Kills all executors whenever a task starts, until two tasks have been lost. */
  private static final class Killer extends SparkListener {
    private static final int MAX_KILLS = 6; // Spark aborts a job when a task has failed four times

    private final AtomicInteger lostTasks = new AtomicInteger();
    private int kills;

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      List<ProcessHandle> alive = cluster.executors();
      if (!alive.isEmpty() && lostTasks.get() < 2 && kills < MAX_KILLS) {
        alive.forEach(ProcessHandle::destroyForcibly); // SIGKILL
        kills++;
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof ExecutorLostFailure) {
        lostTasks.incrementAndGet();
      }
    }
  }

  @Test
  void killedExecutorsDoNotChangeTraining() throws Exception {
    SparkContext context = SparkContext.getOrCreate();
    Killer killer = new Killer();
    try (Trainer local = localTrainer(CellKind.LSTM, 2);
        Trainer distributed = slicedTrainer(CellKind.LSTM, engine, new Slicing(2, 1))) {
      distributed.train(0, 1);
      local.train(0, 1);
      context.addSparkListener(killer);
      for (int step = 1; step < STEPS; step++) {
        distributed.train(step, step + 1);
        local.train(step, step + 1);
        assertThat(distributed.statistics()).as("step %d", step).isEqualTo(local.statistics());
      }
      assertThat(arrays(distributed)).isDeepEqualTo(arrays(local));
    } finally {
      context.removeSparkListener(killer);
    }
    assertThat(killer.lostTasks).as("tasks lost with their executor").hasValueGreaterThan(0);
  }

  @Test
  void trainingContinuesAfterLossOfWorker() throws Exception {
    try (Trainer local = localTrainer(CellKind.GRU, 2);
        Trainer distributed = slicedTrainer(CellKind.GRU, engine, new Slicing(2, 1))) {
      distributed.train(0, 2);
      local.train(0, 2);
      cluster.killWorker();
      distributed.train(2, STEPS);
      local.train(2, STEPS);
      assertThat(distributed.statistics()).isEqualTo(local.statistics());
      assertThat(arrays(distributed)).isDeepEqualTo(arrays(local));
    }
    cluster.addWorker();
    awaitExecutors(2);
  }
}
