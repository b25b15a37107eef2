package org.charrnn.spark;

import java.io.Serializable;
import java.util.ArrayList;
import org.apache.spark.broadcast.Broadcast;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;

/**
 * Work as it is sent to an executor.
 *
 * @param released whose things an executor may still keep, and need not
 */
record Task<S extends Serializable, I extends Serializable, R extends Serializable>(
    Work<S, I, R> work, Broadcast<S> shared, ArrayList<String> released) implements Serializable {

  R apply(I item) {
    released.forEach(TaskCache::release);
    return work.apply(shared.value(), item);
  }
}
