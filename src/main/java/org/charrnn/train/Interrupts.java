package org.charrnn.train;

import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Runs actions on Ctrl-C, which is the signal SIGINT, instead of shutting down the JVM. A signal
 * that the JVM was started to ignore stays ignored.
 *
 * <p>Java handles signals by {@code sun.misc.Signal} of the module {@code jdk.unsupported}. javac
 * warns of that class, and its warning cannot be suppressed, so it is used by reflection. Where it
 * cannot be used, Ctrl-C shuts down the JVM.
 */
public final class Interrupts {
  private static final String SIGNAL = "INT";

  private static final Set<Runnable> ACTIONS = new CopyOnWriteArraySet<>();
  private static Object previousHandler; // while there are actions

  private Interrupts() {}

  /** Adds an action, which each Ctrl-C runs in a thread of its own. */
  public static synchronized void add(Runnable action) {
    if (ACTIONS.isEmpty()) {
      previousHandler = handle(newHandler());
    }
    ACTIONS.add(action);
  }

  /** Removes an action; after the last one, Ctrl-C does again what it did before. */
  public static synchronized void remove(Runnable action) {
    boolean isRemoved = ACTIONS.remove(action);
    if (isRemoved && ACTIONS.isEmpty() && previousHandler != null) {
      handle(previousHandler);
    }
  }

  private static Object newHandler() {
    try {
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      return Proxy.newProxyInstance(
          Interrupts.class.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> {
            if (!method.getName().equals("handle")) {
              return method.invoke(ACTIONS, arguments); // equals, hashCode, toString
            }
            ACTIONS.forEach(Runnable::run);
            return null;
          });
    } catch (ReflectiveOperationException e) {
      return null; // a JVM without the module
    }
  }

  /** Sets a handler and returns the one before; null if the JVM does not let programs set it. */
  private static Object handle(Object handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      return signal
          .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
          .invoke(null, signal.getConstructor(String.class).newInstance(SIGNAL), handler);
    } catch (ReflectiveOperationException e) {
      return null; // without the module, or with java -Xrs
    }
  }
}
