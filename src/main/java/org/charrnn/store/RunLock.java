package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.store.files.AtomicFiles;

/**
 * An exclusive lock on a run's directory, held by the training that writes to it. Programs that
 * only read a run need no lock.
 *
 * <p>It is a lock of the operating system, which releases it when the process ends, even if it is
 * killed. The file {@code .lock} is not deleted; it holds the number of the process that had the
 * lock last.
 */
public final class RunLock implements AutoCloseable {
  static final String FILE = ".lock";

  /**
   * Directories that this process has locked. The system's locks exclude other processes only, and
   * closing a second channel on the file would release this process's lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Beyond the end of the file: on Windows, other processes cannot read a locked byte. */
  private static final long LOCKED_POSITION = Long.MAX_VALUE - 1;

  private final Path run;
  private final Path directory; // without symbolic links
  private final List<Path> created;
  private final FileChannel channel;

  private RunLock(Path run, Path directory, List<Path> created, FileChannel channel) {
    this.run = run;
    this.directory = directory;
    this.created = created;
    this.channel = channel;
  }

  /**
   * Acquires the lock of a directory, which is created if it does not exist.
   *
   * @throws InputException if another training holds the lock, or the directory is not writable
   * @throws IOException if the lock file cannot be written
   */
  public static RunLock acquire(Path run) throws IOException {
    List<Path> created = missing(run);
    RunDirectory.createWritableDirectory(run);
    Path directory = run.toRealPath();
    if (!HELD.add(directory)) {
      throw locked(run);
    }
    try {
      return new RunLock(run, directory, created, lock(run, directory.resolve(FILE)));
    } catch (IOException | RuntimeException e) {
      HELD.remove(directory);
      throw e;
    }
  }

  /** Returns a directory and its parents that do not exist, the deepest first. */
  private static List<Path> missing(Path run) {
    return Stream.iterate(
            run.toAbsolutePath(), path -> path != null && Files.notExists(path), Path::getParent)
        .toList();
  }

  private static FileChannel lock(Path run, Path file) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS); // a link could point to a file outside of the run
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
    try {
      if (channel.tryLock(LOCKED_POSITION, 1, false) == null) {
        throw locked(run);
      }
      channel.truncate(0);
      channel.write(UTF_8.encode(ProcessHandle.current().pid() + "\n"));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw AtomicFiles.cannotWrite(file, e);
    } catch (InputException e) {
      channel.close();
      throw e;
    }
  }

  private static InputException locked(Path run) {
    return new InputException(
        "a training%s is writing to %s; wait until it ends, stop it, or choose another directory"
            .formatted(holder(run), run));
  }

  /** Only for the message: the file may still hold the number of an earlier process. */
  private static String holder(Path run) {
    try {
      String number = Files.readString(run.resolve(FILE)).strip();
      return number.matches("\\d+") ? " (process " + number + ")" : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** The path that was given for the directory. */
  public Path run() {
    return run;
  }

  /**
   * Releases the lock, and deletes what it created of the directory and its parents if they are
   * empty. Does nothing if the lock was released before.
   */
  @Override
  public synchronized void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try {
      if (!created.isEmpty() && isEmpty()) {
        Files.delete(directory.resolve(FILE));
        deleteCreated();
      }
    } finally {
      channel.close();
      HELD.remove(directory);
    }
  }

  private void deleteCreated() throws IOException {
    try {
      for (Path path : created) {
        Files.delete(path);
      }
    } catch (DirectoryNotEmptyException e) {
      // another program uses this parent
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> entry.endsWith(FILE));
    }
  }
}
