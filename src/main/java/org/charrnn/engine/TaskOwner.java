package org.charrnn.engine;

import java.util.UUID;

/**
 * An owner of objects that tasks keep in their {@link TaskCache}. Closing it closes these objects.
 *
 * @param engine runs the tasks
 * @param name a unique name
 */
public record TaskOwner(Engine engine, String name) implements AutoCloseable {
  /** Returns a new owner. */
  public static TaskOwner of(Engine engine) {
    return new TaskOwner(engine, UUID.randomUUID().toString());
  }

  @Override
  public void close() {
    engine.release(name);
  }
}
