package org.charrnn.engine;

import java.io.Serializable;
import java.util.List;

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
