package org.charrnn.spark;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.output.CountingOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.charrnn.engine.Closeables;
import org.charrnn.engine.EngineException;

/**
 * The broadcasts of a job. Spark sends a broadcast in blocks of a few megabytes, but a task in one
 * message, so what may be too large for a message is broadcast.
 */
final class Broadcasts implements AutoCloseable {
  private static final String MESSAGE_MEBIBYTES = "spark.rpc.message.maxSize";
  private static final int DEFAULT_MESSAGE_MEBIBYTES = 128;

  private final JavaSparkContext context;
  private final long maxItemBytes;
  private final List<Broadcast<?>> broadcasts = new ArrayList<>();

  Broadcasts(JavaSparkContext context) {
    this.context = context;
    long message = context.getConf().getInt(MESSAGE_MEBIBYTES, DEFAULT_MESSAGE_MEBIBYTES);
    maxItemBytes = (message << 20) / 2; // the rest of a task takes some kilobytes
  }

  /** Returns a broadcast, which is removed from the executors when this is closed. */
  <T> Broadcast<T> of(T value) {
    Broadcast<T> broadcast = context.broadcast(value);
    broadcasts.add(broadcast);
    return broadcast;
  }

  /** Returns items in the form in which they are sent: large ones as broadcasts. */
  <I extends Serializable> List<SentItem<I>> items(List<I> items) {
    List<SentItem<I>> sent = new ArrayList<>();
    for (I item : items) {
      sent.add(
          serializedBytes(item) <= maxItemBytes
              ? new SentItem<>(item, null)
              : new SentItem<>(null, of(item)));
    }
    return sent;
  }

  private static long serializedBytes(Serializable item) {
    try (CountingOutputStream counter =
            new CountingOutputStream(OutputStream.nullOutputStream());
        ObjectOutputStream out = new ObjectOutputStream(counter)) {
      out.writeObject(item);
      out.flush();
      return counter.getByteCount();
    } catch (IOException e) { // such as NotSerializableException, which names the class
      throw new UncheckedIOException(e.toString(), e);
    }
  }

  @Override
  public void close() {
    try {
      Closeables.closeAll(
          broadcasts.stream().<AutoCloseable>map(broadcast -> broadcast::destroy).toList());
    } catch (RuntimeException e) {
      throw new EngineException("Spark could not clean up: " + FailureReason.of(e), e);
    }
  }
}
