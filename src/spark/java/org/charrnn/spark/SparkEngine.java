package org.charrnn.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.SumOrder;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import scala.Tuple2;

/**
 * Does work as jobs of Apache Spark, a task an item. What all items share is broadcast, and is gone
 * from the executors once the job is done. A task that is lost with its executor is done again on
 * another.
 */
final class SparkEngine implements Engine {
  private static final int BEFORE_SPARK = 1000; // Spark's own hooks have priorities up to 50

  private final JavaSparkContext context;
  private final ArrayList<String> released = new ArrayList<>();

  private SparkEngine(JavaSparkContext context) {
    this.context = context;
  }

  static SparkEngine start(EngineSettings settings) {
    SparkConf conf = SparkSettings.conf(settings);
    ShutdownHookManager.get()
        .addShutdownHook(
            settings.shutdownWaitsFor(), BEFORE_SPARK, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    SparkEngine engine =
        attempt(
            "start",
            () -> {
              MasterAddress.requireAnswer(conf.get("spark.master"));
              return new SparkEngine(new JavaSparkContext(conf));
            });
    if (engine.isStopped()) { // which Spark itself only logs
      throw new EngineException(
          "Spark could not start: no master answers at " + conf.get("spark.master"), null);
    }
    return engine;
  }

  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items) {
    return run(
        work,
        shared,
        task -> context.parallelize(items, items.size()).map(task::apply).collect());
  }

  /** Groups are added up by executors; the driver adds up their sums. */
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items) {
    int size = SumOrder.groupSize(items.size());
    if (size == items.size()) {
      return SumOrder.inOrder(map(work, shared, items), work::add);
    }
    List<Tuple2<Integer, I>> numbered =
        IntStream.range(0, items.size()).mapToObj(i -> new Tuple2<>(i, items.get(i))).toList();
    int groups = (items.size() + size - 1) / size;
    List<Tuple2<Integer, R>> sums =
        run(
            work,
            shared,
            task ->
                context
                    .parallelizePairs(numbered, numbered.size())
                    .mapToPair(
                        item ->
                            new Tuple2<>(
                                item._1 / size, new Tuple2<>(item._1, task.apply(item._2))))
                    .groupByKey(new HashPartitioner(groups))
                    .mapValues(results -> SumOrder.inOrder(inOrder(results), work::add))
                    .collect());
    return SumOrder.inOrder(inOrder(sums), work::add);
  }

  /** Results come from other machines in whatever order. */
  private static <R> List<R> inOrder(Iterable<Tuple2<Integer, R>> numbered) {
    return StreamSupport.stream(numbered.spliterator(), false)
        .sorted(Comparator.comparing(Tuple2::_1))
        .map(Tuple2::_2)
        .toList();
  }

  private <S extends Serializable, I extends Serializable, R extends Serializable, T> T run(
      Work<S, I, R> work, S shared, Function<Task<S, I, R>, T> job) {
    requireRunning();
    return attempt(
        "do its work",
        () -> {
          Broadcast<S> broadcast = context.broadcast(shared);
          try {
            return job.apply(new Task<>(work, broadcast, released));
          } finally {
            broadcast.destroy();
          }
        });
  }

  private void requireRunning() {
    if (isStopped()) {
      throw new EngineException("Spark could not do its work: the cluster has ended it", null);
    }
  }

  private boolean isStopped() {
    return context.sc().isStopped();
  }

  /** The executors that this job does not reach do it before their next task. */
  @Override
  public void release(String owner) {
    released.add(owner);
    if (isStopped()) {
      return; // there are none any more
    }
    int slots = context.defaultParallelism();
    List<Integer> each = IntStream.range(0, slots).boxed().toList();
    ArrayList<String> owners = released;
    attempt(
        "clean up",
        () -> {
          context.parallelize(each, slots).foreach(slot -> owners.forEach(TaskCache::release));
          return null;
        });
  }

  @Override
  public void close() {
    context.close();
  }

  private interface Attempt<T> {
    T run() throws Exception;
  }

  private static <T> T attempt(String what, Attempt<T> attempt) {
    try {
      return attempt.run();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new EngineException(
          "Spark could not %s: %s".formatted(what, why.lines().findFirst().orElse("")), e);
    }
  }
}
