package org.charrnn.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Does the work in this JVM, one item after the other. */
public final class LocalEngine implements Engine {
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> List<R> map(
      Work<S, I, R> work, S shared, List<I> items) {
    List<R> results = new ArrayList<>();
    items.forEach(item -> results.add(work.apply(shared, item)));
    return results;
  }

  /** Holds no more than two sums and a result at a time. */
  @Override
  public <S extends Serializable, I extends Serializable, R extends Serializable> R sum(
      SumWork<S, I, R> work, S shared, List<I> items) {
    int size = SumOrder.groupSize(items.size());
    R sum = null;
    for (int from = 0; from < items.size(); from += size) {
      R group = null;
      for (I item : items.subList(from, Math.min(from + size, items.size()))) {
        R result = work.apply(shared, item);
        group = group == null ? result : work.add(group, result);
      }
      sum = sum == null ? group : work.add(sum, group);
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
