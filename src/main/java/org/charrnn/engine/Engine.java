package org.charrnn.engine;

import java.io.Serializable;
import java.util.List;

/**
 * Does work of many pieces. What comes of it is the same wherever they are done, and in whatever
 * order.
 */
public interface Engine extends AutoCloseable {

  /**
   * Does work with each item.
   *
   * @return what came of it, in the order of the items
   * @throws EngineException if it cannot be done
   */
  <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items);

  /**
   * Does work with each item and adds up what comes of it, in the order of the items: as {@link
   * SumOrder} says.
   *
   * @param items at least one
   * @throws EngineException if it cannot be done
   */
  <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items);

  /** Closes the objects in each {@link TaskCache} that belong to an owner, in every JVM. */
  void release(String owner);

  @Override
  void close();
}
