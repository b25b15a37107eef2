package org.charrnn.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.charrnn.engine.Closeables;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.SumOrder;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import scala.Tuple2;

/**
 * Runs work as Apache Spark jobs with one task per item. The shared value and large items are
 * broadcast and removed from the executors after the job. If an executor is lost, Spark reruns its
 * tasks on another one.
 */
final class SparkEngine implements Engine {
  /** Higher priorities run first; Spark's own shutdown hooks have priorities up to 50. */
  private static final int SHUTDOWN_PRIORITY = 1000;

  /** Tasks of a job for each core, so that a slow one holds up the others little. */
  private static final int TASKS_PER_SLOT = 4;

  private static final String RUN = "run the job";

  private final JavaSparkContext context;
  private final ArrayList<String> releasedOwners = new ArrayList<>();

  private SparkEngine(JavaSparkContext context) {
    this.context = context;
  }

  static SparkEngine start(EngineSettings settings) {
    SparkConf conf = SparkSettings.conf(settings);
    MemoryOverhead.check(conf, settings.taskBytes());
    ShutdownHookManager.get()
        .addShutdownHook(
            settings.shutdownWaitsFor(), SHUTDOWN_PRIORITY, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    SparkEngine engine =
        attempt(
            "start",
            () -> {
              MasterAddress.requireReachable(conf.get("spark.master"));
              return new SparkEngine(new JavaSparkContext(conf));
            });
    if (engine.isStopped()) { // Spark only logs this
      throw new EngineException(
          "Spark could not start: cannot connect to a master at " + conf.get("spark.master"), null);
    }
    return engine;
  }

  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items) {
    return run(work, shared, items, this::map);
  }

  /** Runs a job for some items at a time, as many as keep the cluster busy. */
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> void mapEach(
      Work<S, I, R> work, S shared, Iterator<I> items, Consumer<R> results) {
    requireRunning();
    int itemsOfJob = TASKS_PER_SLOT * context.defaultParallelism();
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Task<S, I, R> task =
          new Task<>(work, attempt(RUN, () -> broadcasts.of(shared)), releasedOwners);
      while (items.hasNext()) {
        List<I> some = new ArrayList<>();
        while (items.hasNext() && some.size() < itemsOfJob) {
          some.add(items.next());
        }
        run(some, sent -> map(task, sent)).forEach(results);
      }
    }
  }

  private <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Task<S, I, R> task, List<SentItem<I>> items) {
    return context
        .parallelize(items, items.size())
        .map(item -> task.apply(item.value()))
        .collect();
  }

  /** Executors add up the groups; the driver adds the groups' sums. */
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items) {
    int groupSize = SumOrder.groupSize(items.size());
    if (groupSize == items.size()) {
      return SumOrder.inOrder(map(work, shared, items), work::add);
    }
    int groups = (items.size() + groupSize - 1) / groupSize;
    List<Tuple2<Integer, R>> sums =
        run(
            work,
            shared,
            items,
            (task, sent) ->
                context
                    .parallelizePairs(indexed(sent), sent.size())
                    .mapToPair(
                        item ->
                            new Tuple2<>(
                                item._1 / groupSize,
                                new Tuple2<>(item._1, task.apply(item._2.value()))))
                    .groupByKey(new HashPartitioner(groups))
                    .mapValues(results -> SumOrder.inOrder(sortByIndex(results), work::add))
                    .collect());
    return SumOrder.inOrder(sortByIndex(sums), work::add);
  }

  private static <T> List<Tuple2<Integer, T>> indexed(List<T> list) {
    return IntStream.range(0, list.size()).mapToObj(i -> new Tuple2<>(i, list.get(i))).toList();
  }

  /** Spark returns shuffled results in no particular order. */
  private static <R> List<R> sortByIndex(Iterable<Tuple2<Integer, R>> indexed) {
    return StreamSupport.stream(indexed.spliterator(), false)
        .sorted(Comparator.comparing(Tuple2::_1))
        .map(Tuple2::_2)
        .toList();
  }

  private <S extends Serializable, I extends Serializable, R extends Serializable, T> T run(
      Work<S, I, R> work,
      S shared,
      List<I> items,
      BiFunction<Task<S, I, R>, List<SentItem<I>>, T> job) {
    requireRunning();
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Task<S, I, R> task =
          new Task<>(work, attempt(RUN, () -> broadcasts.of(shared)), releasedOwners);
      return run(items, sent -> job.apply(task, sent));
    }
  }

  private <I extends Serializable, T> T run(
      List<I> items, Function<List<SentItem<I>>, T> job) {
    requireRunning();
    return attempt(
        RUN,
        () -> {
          try (Broadcasts broadcasts = new Broadcasts(context)) {
            return job.apply(broadcasts.items(items));
          }
        });
  }

  private void requireRunning() {
    if (isStopped()) {
      throw new EngineException(
          "Spark could not run the job: the cluster has stopped the application", null);
    }
  }

  private boolean isStopped() {
    return context.sc().isStopped();
  }

  /**
   * Releases an owner on all executors. Those that this job does not reach release it before their
   * next task. With a master {@code local}, tasks run in this JVM, which releases it even if Spark
   * fails.
   */
  @Override
  public void release(String owner) {
    releasedOwners.add(owner);
    Closeables.closeAll(List.of(this::releaseOnExecutors, () -> TaskCache.release(owner)));
  }

  private void releaseOnExecutors() {
    if (isStopped()) {
      return; // no executors are left
    }
    int slots = context.defaultParallelism();
    List<Integer> slotIndices = IntStream.range(0, slots).boxed().toList();
    ArrayList<String> owners = releasedOwners; // the lambda must not capture this engine
    attempt(
        "clean up",
        () -> {
          context
              .parallelize(slotIndices, slots)
              .foreach(slot -> TaskCache.release(owners));
          return null;
        });
  }

  @Override
  public void close() {
    context.close();
  }

  private static <T> T attempt(String action, Callable<T> callable) {
    try {
      return callable.call();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      throw new EngineException("Spark could not %s: %s".formatted(action, FailureReason.of(e)), e);
    }
  }
}
