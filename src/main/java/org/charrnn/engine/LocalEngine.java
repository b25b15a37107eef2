package org.charrnn.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Runs tasks one after another in this JVM. */
public final class LocalEngine implements Engine {
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items) {
    List<R> results = new ArrayList<>();
    items.forEach(item -> results.add(work.apply(shared, item)));
    return results;
  }

  /** Holds at most two sums and one result in memory. */
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items) {
    int groupSize = SumOrder.groupSize(items.size());
    R sum = null;
    for (int from = 0; from < items.size(); from += groupSize) {
      R groupSum = null;
      for (I item : items.subList(from, Math.min(from + groupSize, items.size()))) {
        R result = work.apply(shared, item);
        groupSum = groupSum == null ? result : work.add(groupSum, result);
      }
      sum = sum == null ? groupSum : work.add(sum, groupSum);
    }
    return sum;
  }

  @Override
  public void release(String owner) {
    TaskCache.release(owner);
  }

  @Override
  public void close() {}
}
