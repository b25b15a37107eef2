package org.charrnn.engine;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a job of many tasks, one task per item. The result does not depend on where or in what order
 * the tasks run.
 */
public interface Engine extends AutoCloseable {

  /**
   * Applies a function to each item.
   *
   * @return the results, in the order of the items
   * @throws EngineException if the engine cannot run the job
   */
  <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items);

  /**
   * Applies a function to items that may be too many to hold them, or their results, in memory.
   *
   * @param items are taken as they are needed
   * @param results receives each result, in the order of the items
   * @throws EngineException if the engine cannot run the job
   */
  default <S extends Serializable, I extends Serializable, R extends Serializable> void mapEach(
      Work<S, I, R> work, S shared, Iterator<I> items, Consumer<R> results) {
    while (items.hasNext()) {
      results.accept(map(work, shared, List.of(items.next())).get(0));
    }
  }

  /**
   * Applies a function to each item and adds the results in the order defined by {@link SumOrder}.
   *
   * @param items at least one item
   * @throws EngineException if the engine cannot run the job
   */
  <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items);

  /** Closes an owner's cached objects in every JVM that ran its tasks; see {@link TaskCache}. */
  void release(String owner);

  @Override
  void close();
}
