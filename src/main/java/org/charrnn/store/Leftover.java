package org.charrnn.store;

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
 * What a program that is killed leaves beside a file or directory that it writes: {@code
 * .NAME.WRITER.tmp}, half-written, or {@code .NAME.WRITER.old}, the whole one that was to be
 * replaced.
 *
 * <p>The name tells the writer's process and when that began, so that nobody takes for a leftover
 * what another is writing.
 *
 * @param target what was being written
 */
record Leftover(Path path, Path target, boolean isWhole, long process, long start) {
  private static final String HALF = "tmp";
  private static final String WHOLE = "old";
  private static final Pattern NAME =
      Pattern.compile("[.](.+)[.](\\d{1,18})-(\\d{1,18})-[0-9a-f]+[.](" + HALF + "|" + WHOLE + ")");

  /** The system tells the start of a process by its clock, which may be set meanwhile. */
  private static final long SECONDS_OF_DOUBT = 2;

  /** Where this process may write a target until it is whole; another place each time. */
  static Path placeFor(Path target) {
    ProcessHandle writer = ProcessHandle.current();
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    String by = writer.pid() + "-" + start(writer) + "-" + random;
    return target.resolveSibling("." + target.getFileName() + "." + by + "." + HALF);
  }

  /** Where what is to be replaced stays meanwhile, given where its replacement is written. */
  static Path placeOfReplaced(Path half) {
    String name = half.getFileName().toString();
    return half.resolveSibling(name.substring(0, name.length() - HALF.length()) + WHOLE);
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
  }

  /** Finds what killed programs left of a target, whoever wrote it. */
  static List<Leftover> of(Path target) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    return in(place.getParent()).stream().filter(left -> left.target.equals(place)).toList();
  }

  /** Finds what killed programs left in a directory; nothing if that cannot be read. */
  static List<Leftover> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(Leftover::parse)
          .flatMap(Optional::stream)
          .filter(left -> !left.isWriting())
          .toList();
    }
  }

  private static Optional<Leftover> parse(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new Leftover(
                path,
                path.resolveSibling(name.group(1)),
                name.group(4).equals(WHOLE),
                Long.parseLong(name.group(2)),
                Long.parseLong(name.group(3))))
        : Optional.empty();
  }

  private boolean isWriting() {
    return ProcessHandle.of(process)
        .filter(writer -> Math.abs(start(writer) - start) <= SECONDS_OF_DOUBT)
        .isPresent();
  }

  /** Puts it back where it is whole and nothing has come to its place; else deletes it. */
  void clear() throws IOException {
    try {
      if (isWhole && Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        PathUtils.delete(path);
      }
    } catch (NoSuchFileException e) {
      // another writer of the target was faster
    }
  }
}
