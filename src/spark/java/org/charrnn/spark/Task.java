package org.charrnn.spark;

import java.io.Serializable;
import java.util.ArrayList;
import org.apache.spark.broadcast.Broadcast;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;

/**
 * A function as it is sent to an executor.
 *
 * @param shared the value that all items share
 * @param releasedOwners owners whose cached objects the executor closes first
 */
record Task<S extends Serializable, I extends Serializable, R extends Serializable>(
    Work<S, I, R> work, Broadcast<S> shared, ArrayList<String> releasedOwners)
    implements Serializable {

  R apply(I item) {
    TaskCache.release(releasedOwners);
    return work.apply(shared.value(), item);
  }
}
