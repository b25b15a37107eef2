package org.charrnn.store;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;

/**
 * The runs that were archived in the directory of a run: {@code previous-N}. The one with the
 * highest number is the last.
 *
 * <p>A run is archived as a whole, by hard links to its files under a temporary name and one
 * rename. Only then are files of the run deleted. So a kill or a loss of power leaves the run, a
 * complete archive, or both.
 */
final class PreviousRuns {
  private static final String PREFIX = "previous-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{1,9}");

  private final Path run;

  PreviousRuns(Path run) {
    this.run = run;
  }

  /** Returns the end of an error message that names the last archive in a directory, if any. */
  static String hint(Path directory) {
    try {
      return Files.isDirectory(directory)
          ? new PreviousRuns(directory)
              .last()
              .map(run -> "; the last archived run is " + run)
              .orElse("")
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns the last run that was archived. */
  Optional<Path> last() throws IOException {
    try (Stream<Path> paths = Files.list(run)) {
      return paths
          .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
          .max(Comparator.comparingInt(PreviousRuns::number));
    }
  }

  private static int number(Path previous) {
    return Integer.parseInt(previous.getFileName().toString().substring(PREFIX.length()));
  }

  /**
   * Archives entries of the run, which stay.
   *
   * @return the directory that now has them, too
   */
  Path archive(List<String> entries) throws IOException {
    Path previous = run.resolve(PREFIX + (last().map(PreviousRuns::number).orElse(0) + 1));
    AtomicFiles.writeDirectory(
        previous,
        temporary -> {
          for (String entry : entries) {
            link(run.resolve(entry), temporary.resolve(entry));
          }
        });
    return previous;
  }

  /** Links are followed, so the archive does not change with what they point to. */
  private static void link(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectory(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = file.equals(from) ? to : to.resolve(from.relativize(file));
            if (attributes.isRegularFile()) {
              linkOrCopy(file.toRealPath(), target);
            } else {
              Files.copy(file, target, LinkOption.NOFOLLOW_LINKS); // a link to nothing
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void linkOrCopy(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, target); // the file system has no hard links, or is another one
    }
  }

  /** Whether the last archive has an entry of the run, with the same content. */
  boolean isArchived(String entry) throws IOException {
    Optional<Path> last = last();
    return last.isPresent() && isSame(run.resolve(entry), last.get().resolve(entry));
  }

  private static boolean isSame(Path path, Path other) throws IOException {
    if (Files.isRegularFile(path) && Files.isRegularFile(other)) {
      return Files.mismatch(path, other) < 0;
    }
    if (!Files.isDirectory(path) || !Files.isDirectory(other)) {
      return false;
    }
    Set<String> names = names(path);
    if (!names.equals(names(other))) {
      return false;
    }
    for (String name : names) {
      if (!isSame(path.resolve(name), other.resolve(name))) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> paths = Files.list(directory)) {
      paths.forEach(path -> names.add(path.getFileName().toString()));
    }
    return names;
  }

  /**
   * Moves a run to an archive, or what a kill left of it when it was moved before.
   *
   * @param entries of the run, in the order in which they are deleted. Without the first, the
   *     others are not a run.
   * @return the archive; empty if there are no entries
   */
  Optional<Path> move(List<String> entries, String first) throws IOException {
    List<String> archived = new ArrayList<>();
    for (String entry : entries) {
      if (isArchived(entry)) {
        archived.add(entry);
      }
    }
    if (archived.size() == entries.size()) {
      delete(entries);
      return entries.isEmpty() ? Optional.empty() : last();
    }
    List<String> moved = new ArrayList<>(entries);
    if (!entries.contains(first)) {
      delete(archived);
      moved.removeAll(archived);
    }
    Path previous = archive(moved);
    delete(moved);
    return Optional.of(previous);
  }

  /** Each entry disappears as a whole, and before the next one does. */
  private void delete(List<String> entries) throws IOException {
    for (String entry : entries) {
      Path path = run.resolve(entry);
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        AtomicFiles.deleteDirectory(path);
      } else {
        Files.delete(path);
        Durable.forceName(path);
      }
    }
  }
}
