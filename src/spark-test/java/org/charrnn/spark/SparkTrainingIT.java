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
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.LocalEngine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.charrnn.model.BatchShape;
import org.charrnn.model.CellKind;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;
import org.charrnn.train.LocalTrainer;
import org.charrnn.train.SlicedTrainer;
import org.charrnn.train.Trainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training by the JVMs of a cluster, some of which are killed; this JVM is the driver. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a cluster that does not answer
class SparkTrainingIT {
  private static final int STEPS = 8;
  private static final int STREAMS = 20;
  private static final int[] IDS = new SplittableRandom(1).ints(STREAMS * 100 + 1, 0, 20).toArray();
  private static final TokenRange RANGE =
      new TokenRange("the text", TokenIds.of(20, IDS), 0, IDS.length);
  private static final StreamBatcher TEXT = new StreamBatcher(RANGE, STREAMS, 20); // 5 windows an epoch
  private static final TrainingConfig CONFIG =
      new TrainingConfig(STREAMS, 20, STEPS, 0.01f, 0.9f, 1, 0.3f, 1f, 0, 1, 0, 0, 1);

  @TempDir static Path directory;
  private static Cluster cluster;
  private static Engine engine;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(directory, 2);
    engine =
        SparkEngine.start(
            new EngineSettings(
                cluster.master(),
                Map.of(
                    "spark.driver.host", "127.0.0.1",
                    "spark.driver.bindAddress", "127.0.0.1",
                    "spark.executor.memory", "512m"),
                () -> {}));
    awaitExecutors(2);
  }

  @AfterAll
  static void close() throws Exception {
    engine.close();
    cluster.close();
  }

  /** Each does a part of the work; so many tasks are started as there are executors. */
  private static Set<Long> awaitExecutors(int count) {
    Work<Integer, Integer, Long> pid =
        (shared, item) -> {
          try {
            TimeUnit.MILLISECONDS.sleep(200); // so that another takes the next
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ProcessHandle.current().pid();
        };
    Set<Long> seen = new HashSet<>();
    while (seen.size() < count) {
      seen.clear();
      seen.addAll(engine.map(pid, 0, List.of(1, 2)));
    }
    return seen;
  }

  private static ModelConfig network(CellKind cell) {
    return new ModelConfig(cell, 20, 32, 2, 0);
  }

  private static TrainingOptions options(int shards) {
    return new TrainingOptions(CONFIG.dropout(), CONFIG.clip(), Kernel.fused(shards));
  }

  private static Trainer onThisMachine(CellKind cell, int shards) {
    TrainingModel model =
        new TrainingModel(network(cell), new BatchShape(STREAMS, 20), options(shards), CONFIG.seed());
    return new LocalTrainer(model, CONFIG, TEXT);
  }

  private static Trainer onCluster(CellKind cell, Engine where, Slicing slicing) {
    return SlicedTrainer.create(
        where, network(cell), options(1), CONFIG, slicing, TEXT, new SessionSettings(1));
  }

  /** The loss of each step, then that of reading the text. */
  private static List<Double> losses(Trainer trainer) throws DivergedException {
    List<Double> losses = new ArrayList<>();
    int together = trainer.stepsTogether();
    for (int step = 0; step < STEPS; step += together) {
      trainer.startCounting();
      trainer.train(step, step + together);
      losses.add(trainer.seen().lossSumNats());
    }
    losses.add(trainer.meanLossNats(RANGE, read -> {}));
    return losses;
  }

  private static float[][] arrays(Trainer trainer) {
    return VariableValue.arrays(trainer.variables());
  }

  /** The difference is zero: the same operations, added up in the same order. */
  @ParameterizedTest
  @CsvSource({"LSTM, 2", "GRU, 5"})
  void everyStepHasTheLossThatItHasOnOneMachine(CellKind cell, int slices) throws Exception {
    Set<Long> pids = awaitExecutors(2);
    assertThat(pids).hasSize(2).doesNotContain(ProcessHandle.current().pid());
    try (Trainer one = onThisMachine(cell, slices);
        Trainer many = onCluster(cell, engine, new Slicing(slices, 1))) {
      assertThat(losses(many)).isEqualTo(losses(one));
      assertThat(arrays(many)).isDeepEqualTo(arrays(one));
    }
    assertNothingIsKept();
  }

  /** Of 17 slices, executors add up groups; the second case averages local steps. */
  @ParameterizedTest
  @CsvSource({"17, 1", "3, 4"})
  void slicesAddUpAsTheyDoOnThisMachine(int slices, int localSteps) throws Exception {
    Slicing slicing = new Slicing(slices, localSteps);
    try (Trainer here = onCluster(CellKind.LSTM, new LocalEngine(), slicing);
        Trainer many = onCluster(CellKind.LSTM, engine, slicing)) {
      assertThat(losses(many)).isEqualTo(losses(here));
      assertThat(arrays(many)).isDeepEqualTo(arrays(here));
    }
    assertNothingIsKept();
  }

  /** Executors that have served several trainings hold nothing of them. */
  private static void assertNothingIsKept() {
    Work<Integer, Integer, Integer> count = (shared, item) -> TaskCache.count();
    assertThat(engine.map(count, 0, List.of(1, 2, 3, 4))).containsOnly(0);
  }

  /** Kills the executors when a task has started, until two tasks are lost with theirs. */
  private static final class Killer extends SparkListener {
    private static final int MOST_KILLS = 6; // Spark gives up at four losses of a task

    private final AtomicInteger lost = new AtomicInteger();
    private int kills;

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      List<ProcessHandle> alive = cluster.executors();
      if (!alive.isEmpty() && lost.get() < 2 && kills < MOST_KILLS) {
        alive.forEach(ProcessHandle::destroyForcibly); // SIGKILL
        kills++;
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof ExecutorLostFailure) {
        lost.incrementAndGet();
      }
    }
  }

  @Test
  void executorsThatAreKilledInTheMiddleOfAStepCostNothingButTime() throws Exception {
    SparkContext context = SparkContext.getOrCreate();
    Killer killer = new Killer();
    try (Trainer one = onThisMachine(CellKind.LSTM, 2);
        Trainer many = onCluster(CellKind.LSTM, engine, new Slicing(2, 1))) {
      many.train(0, 1);
      one.train(0, 1);
      context.addSparkListener(killer);
      for (int step = 1; step < STEPS; step++) {
        many.train(step, step + 1);
        one.train(step, step + 1);
        assertThat(many.seen()).as("step %d", step).isEqualTo(one.seen());
      }
      assertThat(arrays(many)).isDeepEqualTo(arrays(one));
    } finally {
      context.removeSparkListener(killer);
    }
    assertThat(killer.lost).as("tasks lost with their executors").hasValueGreaterThan(0);
  }

  @Test
  void aWorkerThatIsLostLeavesTheWorkToTheOther() throws Exception {
    try (Trainer one = onThisMachine(CellKind.GRU, 2);
        Trainer many = onCluster(CellKind.GRU, engine, new Slicing(2, 1))) {
      many.train(0, 2);
      one.train(0, 2);
      cluster.killWorker();
      many.train(2, STEPS);
      one.train(2, STEPS);
      assertThat(many.seen()).isEqualTo(one.seen());
      assertThat(arrays(many)).isDeepEqualTo(arrays(one));
    }
    cluster.addWorker();
    awaitExecutors(2);
  }
}
