package org.charrnn.testing.disk;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.charrnn.testing.disk.DiskState.Content;
import org.charrnn.testing.disk.Operation.Entry;
import org.charrnn.testing.disk.Operation.Force;
import org.charrnn.testing.disk.Operation.Mark;
import org.charrnn.testing.disk.Operation.Removal;
import org.charrnn.testing.disk.Operation.Rename;
import org.charrnn.testing.disk.Operation.Truncation;
import org.charrnn.testing.disk.Operation.Write;

/**
 * The states of a disk that a loss of power could leave. The method is that of the tools ALICE and
 * CrashMonkey (OSDI 2014 and 2018).
 *
 * <p>Whenever the power fails, what was forced is on the disk. Each other operation may be there or
 * not, whatever came before or after it, and data may be there in part. A rename is one operation.
 */
public final class CrashStates {
  private static final int RANDOM_STATES = 10;

  /** The process that writes a temporary file does not run after a loss of power. */
  private static final Pattern TEMPORARY = Pattern.compile("[.]\\d+-\\d+-([0-9a-f]+[.](tmp|old))$");

  /** What happened to an operation. */
  private enum Fate {
    DONE,
    LOST,
    /** The first half of the data was written. */
    HALF,
    /** The file has its size, but zeros as data. */
    ZEROS
  }

  /** A write or truncation, and what happened to it. */
  private record Change(Operation operation, Fate fate) {}

  private static final Fate[] FATES = Fate.values();

  private final List<Operation> operations;
  private final int initialSize;
  private final Set<Integer> directories;
  private final int[] forcedAt;
  private final Map<List<Change>, Content> contents = new HashMap<>();

  public CrashStates(DiskLog log) {
    operations = log.operations();
    initialSize = log.initialSize();
    directories = log.directories();
    forcedAt = forcedAt();
  }

  /** Returns for each operation the number of operations after which it is on the disk. */
  private int[] forcedAt() {
    int[] result = new int[operations.size()];
    Map<Integer, Integer> forced = new HashMap<>();
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      if (operation instanceof Force force) {
        forced.put(force.node(), i + 1);
      }
      result[i] = i < initialSize ? 0 : forced.getOrDefault(changed(operation), Integer.MAX_VALUE);
    }
    return result;
  }

  /** Returns what must be forced for an operation to be on the disk. */
  private static int changed(Operation operation) {
    if (operation instanceof Entry entry) {
      return entry.directory();
    } else if (operation instanceof Removal removal) {
      return removal.directory();
    } else if (operation instanceof Rename rename) {
      return rename.to();
    } else if (operation instanceof Write write) {
      return write.file();
    } else if (operation instanceof Truncation truncation) {
      return truncation.file();
    }
    return -1;
  }

  /** The number of operations, of which a loss of power can keep any number. */
  public int operations() {
    return operations.size() - initialSize;
  }

  /** Returns what the program had reported before an operation. */
  public List<String> reported(int step) {
    List<String> marks = new ArrayList<>();
    for (Operation operation : operations.subList(0, step)) {
      if (operation instanceof Mark mark) {
        marks.add(mark.text());
      }
    }
    return marks;
  }

  /**
   * Returns the state that a kill leaves, in which nothing is lost.
   *
   * @param count operations before the kill
   */
  public DiskState kill(int count) {
    return state(initialSize + count, i -> Fate.DONE);
  }

  /** Calls a consumer with all states that a kill could leave. */
  public void forEachKill(Consumer<DiskState> consumer) {
    for (int count = 0; count <= operations(); count++) {
      consumer.accept(kill(count));
    }
  }

  /** Calls a consumer with all states; some of them are equal. */
  public void forEach(Consumer<DiskState> consumer) {
    for (int step = initialSize; step <= operations.size(); step++) {
      forEach(step, consumer);
    }
  }

  private void forEach(int step, Consumer<DiskState> all) {
    Consumer<DiskState> consumer =
        state -> {
          try {
            all.accept(state);
          } catch (AssertionError e) {
            throw new AssertionError("after " + lastOperations(step) + ": " + e.getMessage(), e);
          }
        };
    List<Integer> pending = pending(step);
    for (Fate fate : FATES) { // half and zeros: all names, but not all data
      consumer.accept(state(step, pending, i -> fate));
    }
    for (int one : pending) {
      consumer.accept(state(step, pending, i -> i == one ? Fate.LOST : Fate.DONE));
      consumer.accept(state(step, pending, i -> i == one ? Fate.DONE : Fate.LOST));
      if (operations.get(one) instanceof Write) {
        consumer.accept(state(step, pending, i -> i == one ? Fate.HALF : Fate.DONE));
        consumer.accept(state(step, pending, i -> i == one ? Fate.ZEROS : Fate.DONE));
      }
    }
    Random random = new Random(step);
    for (int count = pending.size() < 2 ? 0 : RANDOM_STATES; count > 0; count--) {
      Map<Integer, Fate> fates = new HashMap<>();
      pending.forEach(i -> fates.put(i, FATES[random.nextInt(FATES.length)]));
      consumer.accept(state(step, pending, fates::get));
    }
  }

  private String lastOperations(int step) {
    return operations.subList(Math.max(0, step - 10), step).toString();
  }

  private DiskState state(int step, List<Integer> pending, IntFunction<Fate> fate) {
    Set<Integer> open = new HashSet<>(pending);
    return state(step, i -> open.contains(i) ? fate.apply(i) : Fate.DONE);
  }

  /** Returns the operations that matter and need not be on the disk. */
  private List<Integer> pending(int step) {
    Set<Integer> reachable = reachable(step);
    List<Integer> pending = new ArrayList<>();
    for (int i = initialSize; i < step; i++) {
      if (forcedAt[i] > step && reachable.contains(changed(operations.get(i)))) {
        pending.add(i);
      }
    }
    return pending;
  }

  /** Returns what may have a name on the disk; not what has surely been deleted. */
  private Set<Integer> reachable(int step) {
    Map<Integer, Map<String, Set<Integer>>> names = new HashMap<>();
    for (int i = 0; i < step; i++) {
      boolean isForced = forcedAt[i] <= step;
      Operation operation = operations.get(i);
      if (operation instanceof Entry entry) {
        add(names, entry.directory(), entry.name(), entry.node(), isForced);
      } else if (operation instanceof Rename rename) {
        remove(names, rename.from(), rename.name(), isForced);
        add(names, rename.to(), rename.newName(), rename.node(), isForced);
      } else if (operation instanceof Removal removal) {
        remove(names, removal.directory(), removal.name(), isForced);
      }
    }
    Set<Integer> reachable = new HashSet<>(Set.of(DiskLog.ROOT));
    Deque<Integer> next = new ArrayDeque<>(reachable);
    while (!next.isEmpty()) {
      for (Set<Integer> nodes : names.getOrDefault(next.pop(), Map.of()).values()) {
        nodes.stream().filter(reachable::add).forEach(next::push);
      }
    }
    return reachable;
  }

  private static void add(
      Map<Integer, Map<String, Set<Integer>>> names,
      int directory,
      String name,
      int node,
      boolean isForced) {
    remove(names, directory, name, isForced);
    names
        .computeIfAbsent(directory, key -> new HashMap<>())
        .computeIfAbsent(name, key -> new HashSet<>())
        .add(node);
  }

  private static void remove(
      Map<Integer, Map<String, Set<Integer>>> names, int directory, String name, boolean isForced) {
    if (isForced && names.containsKey(directory)) {
      names.get(directory).remove(name);
    }
  }

  private DiskState state(int step, IntFunction<Fate> fate) {
    Map<Integer, Map<String, Integer>> names = new HashMap<>();
    Map<Integer, List<Change>> changes = new HashMap<>();
    for (int i = 0; i < step; i++) {
      Fate its = fate.apply(i);
      Operation operation = operations.get(i);
      boolean isData = operation instanceof Write || operation instanceof Truncation;
      if (its == Fate.LOST) {
        continue;
      }
      if (isData) {
        changes
            .computeIfAbsent(changed(operation), key -> new ArrayList<>())
            .add(new Change(operation, its));
      } else {
        apply(operation, names);
      }
    }
    DiskState state = new DiskState(step, new TreeSet<>(), new TreeMap<>());
    collect(DiskLog.ROOT, "", names, changes, state);
    return state;
  }

  private static void apply(Operation operation, Map<Integer, Map<String, Integer>> names) {
    if (operation instanceof Entry entry) {
      names
          .computeIfAbsent(entry.directory(), key -> new HashMap<>())
          .put(entry.name(), entry.node());
    } else if (operation instanceof Removal removal) {
      names
          .computeIfAbsent(removal.directory(), key -> new HashMap<>())
          .remove(removal.name(), removal.node());
    } else if (operation instanceof Rename rename) {
      names
          .computeIfAbsent(rename.from(), key -> new HashMap<>())
          .remove(rename.name(), rename.node());
      names
          .computeIfAbsent(rename.to(), key -> new HashMap<>())
          .put(rename.newName(), rename.node());
    }
  }

  private void collect(
      int directory,
      String prefix,
      Map<Integer, Map<String, Integer>> names,
      Map<Integer, List<Change>> changes,
      DiskState state) {
    names
        .getOrDefault(directory, Map.of())
        .forEach(
            (name, node) -> {
              String path = prefix + TEMPORARY.matcher(name).replaceFirst(".0-0-$1");
              if (directories.contains(node)) {
                state.directories().add(path);
                collect(node, path + "/", names, changes, state);
              } else if (!name.equals(".lock")) { // whose content is of no use after a crash
                state.files().put(path, content(changes.getOrDefault(node, List.of())));
              }
            });
  }

  /** Returns the content of a file, the same object for the same changes. */
  private Content content(List<Change> changes) {
    return contents.computeIfAbsent(
        changes,
        key -> {
          byte[] bytes = {};
          for (Change change : key) {
            if (change.operation instanceof Truncation truncation) {
              bytes = Arrays.copyOf(bytes, (int) truncation.size());
            } else if (change.operation instanceof Write write) {
              int length = write.data().size() / (change.fate == Fate.HALF ? 2 : 1);
              int position = (int) write.position();
              bytes = Arrays.copyOf(bytes, Math.max(bytes.length, position + length));
              if (change.fate != Fate.ZEROS) {
                write.data().substring(0, length).copyTo(bytes, position);
              }
            }
          }
          return new Content(bytes, hash(bytes));
        });
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
