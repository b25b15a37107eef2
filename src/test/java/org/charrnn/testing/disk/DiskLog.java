package org.charrnn.testing.disk;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.testing.disk.Operation.Entry;
import org.charrnn.testing.disk.Operation.Force;
import org.charrnn.testing.disk.Operation.Mark;
import org.charrnn.testing.disk.Operation.Removal;
import org.charrnn.testing.disk.Operation.Rename;
import org.charrnn.testing.disk.Operation.Truncation;
import org.charrnn.testing.disk.Operation.Write;

/**
 * The operations on a directory of this machine, in their order. It starts with what is there,
 * which is on the disk.
 *
 * <p>Files that native code writes are noticed when they are next used, such as forced or moved
 * with their directory.
 */
public final class DiskLog {
  static final int ROOT = 0;

  private final Path root;
  private final Forces forces;
  private final List<Operation> operations = new ArrayList<>();
  private final int initialSize;

  /** Names and numbers by the directories' numbers, as the program sees them; null for a file. */
  private final List<Map<String, Integer>> nodes = new ArrayList<>();

  /** What of a program's forcing has an effect. */
  public enum Forces {
    ALL,
    FILES,
    DIRECTORIES
  }

  public DiskLog(Path root, Forces forces) throws IOException {
    this.root = root;
    this.forces = forces;
    nodes.add(new HashMap<>());
    discover(root, ROOT);
    initialSize = operations.size();
  }

  Path root() {
    return root;
  }

  synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The number of operations that made what was there at the start. */
  int initialSize() {
    return initialSize;
  }

  /** Returns the numbers of all directories. */
  synchronized Set<Integer> directories() {
    return IntStream.range(0, nodes.size())
        .filter(node -> nodes.get(node) != null)
        .boxed()
        .collect(Collectors.toSet());
  }

  /** Records something that the program has reported. */
  public synchronized void mark(String text) {
    operations.add(new Mark(text));
  }

  synchronized void created(Path path, boolean isDirectory) throws IOException {
    add(node(path.getParent()), path.getFileName().toString(), isDirectory);
  }

  private int add(int directory, String name, boolean isDirectory) {
    int node = nodes.size();
    nodes.add(isDirectory ? new HashMap<>() : null);
    nodes.get(directory).put(name, node);
    operations.add(new Entry(directory, name, node));
    return node;
  }

  synchronized void linked(Path link, Path existing) throws IOException {
    int node = node(existing);
    int directory = node(link.getParent());
    String name = link.getFileName().toString();
    nodes.get(directory).put(name, node);
    operations.add(new Entry(directory, name, node));
  }

  synchronized void removed(Path path, int node) throws IOException {
    int directory = node(path.getParent());
    String name = path.getFileName().toString();
    nodes.get(directory).remove(name);
    operations.add(new Removal(directory, name, node));
  }

  /** Notices what native code has written to a file or directory. */
  synchronized void discover(Path path) throws IOException {
    discover(path, node(path));
  }

  synchronized void renamed(Path from, Path to) throws IOException {
    int source = node(from.getParent());
    int node = nodes.get(source).get(from.getFileName().toString());
    int target = node(to.getParent());
    String name = from.getFileName().toString();
    String newName = to.getFileName().toString();
    nodes.get(source).remove(name);
    nodes.get(target).put(newName, node);
    operations.add(new Rename(source, name, target, newName, node));
  }

  synchronized void written(int file, long position, ByteString data) {
    int last = operations.size() - 1;
    if (operations.get(last) instanceof Write write
        && write.file() == file
        && write.position() + write.data().size() == position) { // a large file, in pieces
      operations.set(last, new Write(file, write.position(), write.data().concat(data)));
    } else {
      operations.add(new Write(file, position, data));
    }
  }

  synchronized void truncated(int file, long size) {
    operations.add(new Truncation(file, size));
  }

  synchronized void forced(Path path) throws IOException {
    discover(path);
    int node = node(path);
    Forces kind = nodes.get(node) == null ? Forces.FILES : Forces.DIRECTORIES;
    if (forces == Forces.ALL || forces == kind) {
      operations.add(new Force(node));
    }
  }

  /** Returns the number of a file or directory, which native code may have created. */
  synchronized int node(Path path) throws IOException {
    if (path.equals(root)) {
      return ROOT;
    }
    int directory = node(path.getParent());
    Integer node = nodes.get(directory).get(path.getFileName().toString());
    return node != null ? node : discoverNew(path, directory);
  }

  private void discover(Path path, int node) throws IOException {
    Map<String, Integer> known = nodes.get(node);
    if (known == null) {
      return;
    }
    try (Stream<Path> children = Files.list(path)) {
      for (Path child : children.sorted().toList()) {
        Integer number = known.get(child.getFileName().toString());
        if (number == null) {
          discoverNew(child, node);
        } else {
          discover(child, number);
        }
      }
    }
  }

  private int discoverNew(Path path, int directory) throws IOException {
    String name = path.getFileName().toString();
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      int node = add(directory, name, true);
      discover(path, node);
      return node;
    }
    ByteString content = ByteString.copyFrom(Files.readAllBytes(path));
    int node = add(directory, name, false);
    operations.add(new Write(node, 0, content));
    return node;
  }
}
