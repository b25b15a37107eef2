package org.charrnn.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What work keeps in a JVM from one item to the next because it is dear to make, such as a graph
 * and its session. Each thing has an owner, such as a training, at whose end it is closed.
 */
public final class TaskCache {
  private static final Map<String, Map<Object, Deque<AutoCloseable>>> IDLE = new HashMap<>();

  private TaskCache() {}

  /**
   * Uses a thing that nobody else uses meanwhile: one that lies idle, or a new one.
   *
   * @param key of things that are as good as one another
   * @param make makes a new one
   */
  @SuppressWarnings("unchecked") // a key's things are of one type
  public static <T extends AutoCloseable, R> R use(
      String owner, Object key, Supplier<T> make, Function<T, R> use) {
    AutoCloseable idle = take(owner, key);
    T thing = idle == null ? make.get() : (T) idle;
    boolean done = false;
    try {
      R result = use.apply(thing);
      done = true;
      return result;
    } finally {
      if (!done || !putBack(owner, key, thing)) {
        close(thing);
      }
    }
  }

  private static AutoCloseable take(String owner, Object key) {
    synchronized (IDLE) {
      return IDLE.computeIfAbsent(owner, o -> new HashMap<>())
          .computeIfAbsent(key, k -> new ArrayDeque<>())
          .poll();
    }
  }

  /** Tells whether the owner still is there. */
  private static boolean putBack(String owner, Object key, AutoCloseable thing) {
    synchronized (IDLE) {
      Map<Object, Deque<AutoCloseable>> things = IDLE.get(owner);
      if (things == null) {
        return false;
      }
      things.computeIfAbsent(key, k -> new ArrayDeque<>()).push(thing);
      return true;
    }
  }

  /** Closes what is kept for an owner; what is in use, once it no longer is. */
  public static void release(String owner) {
    Map<Object, Deque<AutoCloseable>> things;
    synchronized (IDLE) {
      things = IDLE.remove(owner);
    }
    if (things != null) {
      things.values().forEach(idle -> idle.forEach(TaskCache::close));
    }
  }

  /** How many things lie idle for an owner. */
  public static int count(String owner) {
    synchronized (IDLE) {
      return IDLE.getOrDefault(owner, Map.of()).values().stream().mapToInt(Deque::size).sum();
    }
  }

  /** How many things lie idle in this JVM. */
  public static int count() {
    synchronized (IDLE) {
      return IDLE.keySet().stream().mapToInt(TaskCache::count).sum();
    }
  }

  private static void close(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      throw new IllegalStateException(e); // models throw nothing checked
    }
  }
}
