package org.charrnn.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A cache, one per JVM, of objects that tasks reuse because they are expensive to create, such as a
 * graph and its session. Each object belongs to an owner, such as a training run, and is closed
 * when that owner is released. Thread-safe.
 */
public final class TaskCache {
  /** Objects not in use, by owner and key. */
  private static final Map<String, Map<Object, Deque<AutoCloseable>>> IDLE = new HashMap<>();

  private TaskCache() {}

  /**
   * Calls a function with an idle object, or a new one if none is idle. No other caller gets the
   * object until the function returns. An object whose function throws is closed instead of reused,
   * because its state is unknown.
   *
   * @param owner the owner whose {@linkplain #release release} closes the object
   * @param key identifies interchangeable objects of one type
   * @param factory creates a new object
   * @param function the function to call
   * @return the function's result
   */
  @SuppressWarnings("unchecked") // objects with the same key have the same type
  public static <T extends AutoCloseable, R> R use(
      String owner, Object key, Supplier<T> factory, Function<T, R> function) {
    AutoCloseable idle = takeIdle(owner, key);
    T object = idle == null ? factory.get() : (T) idle;
    R result;
    try {
      result = function.apply(object);
    } catch (Throwable e) {
      closeAfter(e, object);
      throw e;
    }
    if (!putBack(owner, key, object)) {
      Closeables.closeAll(List.of(object));
    }
    return result;
  }

  private static void closeAfter(Throwable failure, AutoCloseable object) {
    try {
      object.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  private static AutoCloseable takeIdle(String owner, Object key) {
    synchronized (IDLE) {
      return IDLE.computeIfAbsent(owner, o -> new HashMap<>())
          .computeIfAbsent(key, k -> new ArrayDeque<>())
          .poll();
    }
  }

  /** Returns false, without putting the object back, if its owner has been released. */
  private static boolean putBack(String owner, Object key, AutoCloseable object) {
    synchronized (IDLE) {
      Map<Object, Deque<AutoCloseable>> ofOwner = IDLE.get(owner);
      if (ofOwner == null) {
        return false;
      }
      ofOwner.computeIfAbsent(key, k -> new ArrayDeque<>()).push(object);
      return true;
    }
  }

  /** Closes an owner's idle objects. Objects in use are closed when their function returns. */
  public static void release(String owner) {
    release(List.of(owner));
  }

  /**
   * Closes the idle objects of some owners, all of them even if some fail. Objects in use are
   * closed when their function returns.
   */
  public static void release(Collection<String> owners) {
    List<AutoCloseable> idle;
    synchronized (IDLE) {
      idle =
          owners.stream()
              .flatMap(owner -> removeAll(owner).values().stream())
              .flatMap(Deque::stream)
              .toList();
    }
    Closeables.closeAll(idle);
  }

  private static Map<Object, Deque<AutoCloseable>> removeAll(String owner) {
    Map<Object, Deque<AutoCloseable>> ofOwner = IDLE.remove(owner);
    return ofOwner == null ? Map.of() : ofOwner;
  }

  /** Returns the number of idle objects of an owner. */
  public static int count(String owner) {
    synchronized (IDLE) {
      return IDLE.getOrDefault(owner, Map.of()).values().stream().mapToInt(Deque::size).sum();
    }
  }

  /** Returns the number of idle objects in this JVM. */
  public static int count() {
    synchronized (IDLE) {
      return IDLE.keySet().stream().mapToInt(TaskCache::count).sum();
    }
  }
}
