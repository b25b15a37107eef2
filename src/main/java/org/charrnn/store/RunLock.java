package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.charrnn.InputException;

/**
 * The right to write into a run's directory, which one training has at a time.
 *
 * <p>The operating system keeps it and takes it back when the program ends, however it ends. The
 * file {@code .lock} stays; it tells the number of the process that had the right last. Whoever
 * only reads a run needs no lock.
 */
public final class RunLock implements AutoCloseable {
  static final String FILE = ".lock";

  /**
   * Directories that this program has locked: the system's locks are between programs, and to close
   * another channel on the file would give this program's back.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Behind the number in the file, so that others can read that, also on Windows. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private final Path run;
  private final Path directory; // the same whatever links lead to it
  private final boolean isNew;
  private final FileChannel channel;

  private RunLock(Path run, Path directory, boolean isNew, FileChannel channel) {
    this.run = run;
    this.directory = directory;
    this.isNew = isNew;
    this.channel = channel;
  }

  /**
   * Takes the right to write into a directory, which is made if it is not there.
   *
   * @throws InputException if another training has it, or the directory cannot be written
   * @throws IOException if the lock's file cannot be written
   */
  public static RunLock take(Path run) throws IOException {
    boolean isNew = Files.notExists(run);
    RunDirectory.makeDirectory(run);
    Path directory = run.toRealPath();
    if (!HELD.add(directory)) {
      throw taken(run);
    }
    try {
      return new RunLock(run, directory, isNew, lock(run, directory.resolve(FILE)));
    } catch (IOException | RuntimeException e) {
      HELD.remove(directory);
      throw e;
    }
  }

  private static FileChannel lock(Path run, Path file) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS); // which might lead to what is not ours to write
    } catch (IOException e) {
      throw AtomicFiles.cannotWrite(file, e);
    }
    try {
      if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
        throw taken(run);
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

  private static InputException taken(Path run) {
    return new InputException(
        "a training%s is writing into %s; wait until it ends, or stop it, or choose another --run"
            .formatted(holder(run), run));
  }

  /** For the message alone: the file may have been written by the one before. */
  private static String holder(Path run) {
    try {
      String number = Files.readString(run.resolve(FILE)).strip();
      return number.matches("\\d+") ? " (process " + number + ")" : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** The directory, as it was named. */
  public Path run() {
    return run;
  }

  /** Gives the right back; a directory that was made for it and has stayed empty goes, too. */
  @Override
  public void close() throws IOException {
    try {
      if (isNew && isEmpty()) {
        Files.delete(directory.resolve(FILE));
        Files.delete(directory);
      }
    } finally {
      channel.close();
      HELD.remove(directory);
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.allMatch(entry -> entry.endsWith(FILE));
    }
  }
}
