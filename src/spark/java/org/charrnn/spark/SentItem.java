package org.charrnn.spark;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * An item as it is sent to an executor: within its task, or as a broadcast.
 *
 * @param inTask the item, or null if it is broadcast
 * @param broadcast the broadcast item, or null if it is sent within its task
 */
record SentItem<I extends Serializable>(I inTask, Broadcast<I> broadcast) implements Serializable {
  I value() {
    return broadcast == null ? inTask : broadcast.value();
  }
}
