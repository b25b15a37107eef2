package org.charrnn.text.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.charrnn.InputException;

/**
 * Resolves file names, directories and glob patterns such as {@code src/**}{@code /*.java} to
 * files.
 *
 * <p>Patterns work as in a shell: {@code **} matches any number of directories, and a name that
 * starts with a dot matches only a pattern that starts with one. A directory stands for all text
 * files in it and its subdirectories, except hidden ones, runs, SavedModels and folders of version
 * control. {@value TextInput#STANDARD_INPUT} stands for standard input.
 */
public final class CorpusFiles {
  private static final String GLOB_CHARACTERS = "*?[{";
  private static final String ANY_DIRECTORIES = "**";

  private final FilePatterns patterns;
  private final SkippedFiles skipped;
  private final boolean requiresReadable;

  /**
   * The files of a text.
   *
   * @param skipped what directories contain besides them, such as {@code skipped 12 binary files in
   *     DIRECTORY}
   */
  public record Found(List<Path> files, Optional<String> skipped) {}

  private CorpusFiles(FilePatterns patterns, TextFormat format, boolean requiresReadable) {
    this.patterns = patterns;
    this.skipped = new SkippedFiles(format);
    this.requiresReadable = requiresReadable;
  }

  /**
   * Finds the files that the arguments stand for, in the order of the arguments and sorted within
   * each. A file that several arguments or links lead to is listed once.
   *
   * @param arguments names of files and directories, and glob patterns
   * @param format decides which files of directories are text
   * @throws InputException if an argument stands for no file, a file cannot be read, standard input
   *     is given twice, or there are patterns of files without a directory or glob pattern to apply
   *     them to
   */
  public static Found find(Collection<String> arguments, FilePatterns patterns, TextFormat format) {
    return new CorpusFiles(patterns, format, true).find(arguments);
  }

  /**
   * Finds files that are read one by one: a file that is missing or cannot be read is listed, too,
   * and fails when it is read.
   *
   * @throws InputException otherwise as {@link #find}
   */
  public static Found findEach(
      Collection<String> arguments, FilePatterns patterns, TextFormat format) {
    return new CorpusFiles(patterns, format, false).find(arguments);
  }

  private Found find(Collection<String> arguments) {
    Map<Path, Path> files = new LinkedHashMap<>(); // by real path
    for (String argument : arguments) {
      for (Path file : find(argument)) {
        Path earlier = files.putIfAbsent(identity(file), file);
        if (earlier != null && TextInput.isStandardInput(file)) {
          throw new InputException(
              "standard input is given twice, as %s and %s; it can be read once"
                  .formatted(earlier, file));
        }
      }
    }
    requireUsed(arguments);
    List<String> directories = arguments.stream().filter(CorpusFiles::isDirectoryOrGlob).toList();
    String places =
        directories.size() == 1
            ? directories.get(0)
            : "%d directories and patterns".formatted(directories.size());
    return new Found(
        List.copyOf(files.values()),
        skipped.description().map(what -> "skipped %s in %s".formatted(what, places)));
  }

  private static boolean isDirectoryOrGlob(String argument) {
    return exists(argument) ? Files.isDirectory(Path.of(argument)) : isGlob(argument);
  }

  private static Path identity(Path file) {
    return TextInput.isStandardInput(file)
        ? Path.of(TextInput.STANDARD_INPUT)
        : TextInput.isStream(file) || Files.notExists(file)
            ? file.toAbsolutePath()
            : realPath(file);
  }

  private void requireUsed(Collection<String> arguments) {
    if (!patterns.isEmpty() && arguments.stream().noneMatch(CorpusFiles::isDirectoryOrGlob)) {
      throw new InputException(
          "%s patterns select files in directories, but only files are given: %s"
              .formatted(
                  patterns.include().isEmpty() ? "exclude" : "include",
                  String.join(", ", arguments)));
    }
  }

  private Set<Path> find(String argument) {
    Set<Path> found = new TreeSet<>();
    if (argument.isEmpty()) { // as a path, this would be the working directory
      throw new InputException(
          "a file name is empty; use . for all files in the working directory");
    }
    if (argument.equals(TextInput.STANDARD_INPUT)) {
      return Set.of(Path.of(argument));
    }
    if (exists(argument) || TextInput.isStandardInput(argument)) {
      addGiven(Path.of(argument), found);
    } else if (isGlob(argument)) {
      boolean absolute = argument.startsWith("/");
      List<String> names = List.of((absolute ? argument.substring(1) : argument).split("/+"));
      Path base = Path.of(absolute ? "/" : "");
      expand(base, base, names, found);
    } else if (requiresReadable) {
      throw new InputException("there is no file or directory " + argument);
    } else {
      found.add(Path.of(argument));
    }
    if (found.isEmpty()) {
      throw new InputException(reasonForNone(argument));
    }
    return found;
  }

  private String reasonForNone(String argument) {
    boolean isPattern = isGlob(argument) && !exists(argument);
    Optional<String> others = skipped.description();
    if (others.isPresent() && (patterns.isEmpty() || skipped.hasFiles())) {
      return "there is no text to read in %s, only %s".formatted(argument, others.get())
          + (skipped.problem().isEmpty() ? "" : ": " + skipped.problem());
    }
    if (isPattern) {
      return "no file matches " + argument;
    }
    return patterns.isEmpty()
        ? "there is no file in " + argument
        : "no file in %s matches the %s patterns"
            .formatted(argument, patterns.exclude().isEmpty() ? "include" : "include and exclude");
  }

  private void addGiven(Path path, Set<Path> found) {
    if (!Files.isDirectory(path)) {
      if (!TextInput.isStandardInput(path)) {
        requireReadable(path);
      }
      found.add(path);
      return;
    }
    SkippedFiles.model(path)
        .ifPresent(
            model -> {
              throw new InputException(
                  "%s is a %s, not a directory with text; use the text that it was trained on"
                      .formatted(path, model));
            });
    addDirectory(path, path, found);
  }

  /**
   * Adds the text files in a directory.
   *
   * @param top directory that the paths of exclude patterns start in
   */
  private void addDirectory(Path top, Path path, Set<Path> found) {
    for (Path directory : directories(top, path)) {
      for (Path entry : entries(directory)) {
        if (Files.isRegularFile(entry) && !isHidden(entry) && patterns.includes(entry)) {
          addFound(top, entry, found);
        }
      }
    }
  }

  /** Adds a file that a directory or a pattern led to. */
  private void addFound(Path top, Path file, Set<Path> found) {
    if (patterns.excludes(top, file)) {
      return;
    }
    if (!requiresReadable && !Files.isReadable(file)) {
      found.add(file);
      return;
    }
    requireReadable(file);
    // A file of this name is not standard input.
    Path named = TextInput.isStandardInput(file) ? Path.of(".").resolve(file) : file;
    if (!skipped.skipsFile(named)) {
      found.add(named);
    }
  }

  private void requireReadable(Path file) {
    if (requiresReadable && !Files.isReadable(file)) {
      throw new InputException("cannot read " + file + ": permission denied");
    }
  }

  private void expand(Path top, Path base, List<String> names, Set<Path> found) {
    if (names.isEmpty()) {
      if (Files.isDirectory(base)) {
        addDirectory(top, base, found);
      } else if (Files.isRegularFile(base)) {
        addFound(top, base, found);
      }
      return;
    }
    String name = names.get(0);
    List<String> rest = names.subList(1, names.size());
    if (name.equals(ANY_DIRECTORIES)) {
      for (Path directory : Files.isDirectory(base) ? directories(top, base) : List.<Path>of()) {
        expand(top, directory, rest, found);
      }
    } else if (!isGlob(name)) {
      Path next = base.resolve(name);
      expand(base.equals(top) ? next : top, next, rest, found); // the top is before any pattern
    } else if (Files.isDirectory(base)) {
      PathMatcher matcher = FilePatterns.matcher(name);
      for (Path entry : entries(base)) {
        boolean isVisible = name.startsWith(".") || !isHidden(entry);
        if (isVisible && matcher.matches(entry.getFileName()) && !isSkipped(top, entry)) {
          expand(top, entry, rest, found);
        }
      }
    }
  }

  /**
   * Returns a directory and its subdirectories, except hidden and skipped ones; link cycles are
   * cut.
   */
  private List<Path> directories(Path top, Path path) {
    List<Path> directories = new ArrayList<>(List.of(path));
    Set<Path> seen = new HashSet<>(Set.of(realPath(path)));
    for (int i = 0; i < directories.size(); i++) {
      for (Path entry : entries(directories.get(i))) {
        if (Files.isDirectory(entry)
            && !isSkipped(top, entry)
            && !isHidden(entry)
            && seen.add(realPath(entry))) {
          directories.add(entry);
        }
      }
    }
    return directories;
  }

  private boolean isSkipped(Path top, Path entry) {
    return Files.isDirectory(entry)
        && (patterns.excludes(top, entry) || skipped.skipsDirectory(entry));
  }

  private static List<Path> entries(Path directory) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      throw InputException.cannotRead(directory, e);
    }
    entries.sort(null);
    return entries;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0);
  }

  private static boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false; // on Windows, names cannot contain *
    }
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw InputException.cannotRead(path, e);
    }
  }
}
