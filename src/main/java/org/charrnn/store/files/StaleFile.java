package org.charrnn.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/**
 * A file or directory that a killed program left beside its target: {@code .NAME.WRITER.tmp} is
 * incomplete, {@code .NAME.WRITER.old} is the complete old version that was being replaced.
 *
 * <p>The name holds the writer's process number and start time, so that files of programs that are
 * still writing are not treated as stale.
 *
 * @param target path that was being written
 * @param isComplete whether it is an old version of the target
 * @param process number of the writer's process
 * @param start of that process, in seconds since 1970
 */
record StaleFile(Path path, Path target, boolean isComplete, long process, long start) {
  private static final String INCOMPLETE = "tmp";
  private static final String COMPLETE = "old";
  private static final Pattern NAME =
      Pattern.compile(
          "[.](.+)[.](\\d{1,18})-(\\d{1,18})-[0-9a-f]+[.](" + INCOMPLETE + "|" + COMPLETE + ")");

  /** The start time of a process is derived from the system clock, which may be adjusted. */
  private static final long START_TOLERANCE_SECONDS = 2;

  /** Returns a new temporary path for this process to write a target to. */
  static Path temporaryPath(Path target) {
    ProcessHandle writer = ProcessHandle.current();
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    String id = writer.pid() + "-" + start(writer) + "-" + random;
    return target.resolveSibling("." + target.getFileName() + "." + id + "." + INCOMPLETE);
  }

  /** Returns the path of the old version while the file at a temporary path replaces it. */
  static Path pathOfReplaced(Path temporary) {
    String name = temporary.getFileName().toString();
    return temporary.resolveSibling(
        name.substring(0, name.length() - INCOMPLETE.length()) + COMPLETE);
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
  }

  /** Returns the stale files of a target. */
  static List<StaleFile> of(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    return in(absolute.getParent()).stream()
        .filter(stale -> stale.target.equals(absolute))
        .toList();
  }

  /** Returns the stale files in a directory; none if it cannot be read. */
  static List<StaleFile> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(StaleFile::parse)
          .flatMap(Optional::stream)
          .filter(file -> !file.isBeingWritten())
          .toList();
    }
  }

  private static Optional<StaleFile> parse(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new StaleFile(
                path,
                path.resolveSibling(name.group(1)),
                name.group(4).equals(COMPLETE),
                Long.parseLong(name.group(2)),
                Long.parseLong(name.group(3))))
        : Optional.empty();
  }

  private boolean isBeingWritten() {
    return ProcessHandle.of(process)
        .filter(writer -> Math.abs(start(writer) - start) <= START_TOLERANCE_SECONDS)
        .isPresent();
  }

  /** Renames a complete old version back if its target is missing; else deletes the file. */
  void restoreOrDelete() throws IOException {
    try {
      if (isComplete && Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        PathUtils.delete(path);
      }
    } catch (NoSuchFileException e) {
      // another writer of the target was faster
    }
  }
}
