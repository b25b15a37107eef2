package org.charrnn.text.files;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.charrnn.InputException;

/**
 * Which files of directories are read.
 *
 * @param include patterns for the names of files; empty for all files
 * @param exclude patterns for files and directories that are left out: for their names, or, if they
 *     contain a slash, for their paths below the directory that is read
 */
public record FilePatterns(List<String> include, List<String> exclude) {
  /** Reads all files. */
  public static final FilePatterns ALL = new FilePatterns(List.of(), List.of());

  public FilePatterns {
    include = List.copyOf(include);
    exclude = exclude.stream().map(pattern -> pattern.replaceFirst("(?<=.)/+$", "")).toList();
    Stream.concat(include.stream(), exclude.stream()).forEach(FilePatterns::matcher);
  }

  boolean isEmpty() {
    return include.isEmpty() && exclude.isEmpty();
  }

  /** Whether a file has a name that is read. */
  boolean includes(Path file) {
    return include.isEmpty() || include.stream().anyMatch(p -> matches(p, file.getFileName()));
  }

  /**
   * Whether a file or directory is left out.
   *
   * @param top directory that is read
   */
  boolean excludes(Path top, Path entry) {
    return exclude.stream()
        .anyMatch(p -> matches(p, p.contains("/") ? top.relativize(entry) : entry.getFileName()));
  }

  private static boolean matches(String pattern, Path path) {
    return matcher(pattern).matches(path);
  }

  /**
   * Returns what matches a pattern.
   *
   * @throws InputException if the pattern is not valid
   */
  static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new InputException("'%s' is not a valid pattern".formatted(glob), e);
    }
  }
}
