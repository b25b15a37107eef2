package org.charrnn.text.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import org.charrnn.InputException;

/**
 * Resolves file names, directories and glob patterns such as {@code src/**}{@code /*.java} to
 * files.
 *
 * <p>Patterns work as in a shell: {@code **} matches any number of directories, and a name that
 * starts with a dot matches only a pattern that starts with one. A directory stands for all files
 * in it and its subdirectories, except hidden ones.
 */
public final class CorpusFiles {
  private static final String GLOB_CHARACTERS = "*?[{";
  private static final String ANY_DIRECTORIES = "**";

  private final List<PathMatcher> include;

  private CorpusFiles(List<String> include) {
    this.include = include.stream().map(CorpusFiles::matcher).toList();
  }

  /**
   * Returns the files that the arguments stand for, in the order of the arguments and sorted within
   * each. A file that several arguments or links lead to is listed once.
   *
   * @param arguments names of files and directories, and glob patterns
   * @param include glob patterns for the names of files in directories; empty for all files
   * @throws InputException if an argument stands for no file, a file cannot be read, or there are
   *     include patterns without a directory or glob pattern to apply them to
   */
  public static List<Path> resolve(Collection<String> arguments, List<String> include) {
    CorpusFiles finder = new CorpusFiles(include);
    Map<Path, Path> files = new LinkedHashMap<>(); // by real path
    for (String argument : arguments) {
      for (Path file : finder.find(argument)) {
        files.putIfAbsent(realPath(file), file);
      }
    }
    finder.requireUsed(arguments);
    return List.copyOf(files.values());
  }

  private void requireUsed(Collection<String> arguments) {
    boolean isUsed =
        arguments.stream().anyMatch(a -> exists(a) ? Files.isDirectory(Path.of(a)) : isGlob(a));
    if (!include.isEmpty() && !isUsed) {
      throw new InputException(
          "include patterns select files in directories, but only files are given: "
              + String.join(", ", arguments));
    }
  }

  private Set<Path> find(String argument) {
    Set<Path> found = new TreeSet<>();
    if (argument.isEmpty()) { // as a path, this would be the working directory
      throw new InputException(
          "a file name is empty; use . for all files in the working directory");
    }
    if (exists(argument)) {
      addFiles(Path.of(argument), found);
    } else if (isGlob(argument)) {
      boolean absolute = argument.startsWith("/");
      List<String> names = List.of((absolute ? argument.substring(1) : argument).split("/+"));
      expand(Path.of(absolute ? "/" : ""), names, found);
    } else {
      throw new InputException("there is no file or directory " + argument);
    }
    if (found.isEmpty()) {
      throw new InputException(
          isGlob(argument) && !exists(argument)
              ? "no file matches " + argument
              : include.isEmpty()
                  ? "there is no file in " + argument
                  : "no file in %s matches the include patterns".formatted(argument));
    }
    return found;
  }

  private void addFiles(Path path, Set<Path> found) {
    if (Files.isDirectory(path)) {
      for (Path directory : directories(path)) {
        for (Path entry : entries(directory)) {
          if (Files.isRegularFile(entry) && !isHidden(entry) && isIncluded(entry)) {
            add(entry, found);
          }
        }
      }
    } else if (Files.isRegularFile(path)) {
      add(path, found);
    } else {
      throw new InputException(path + " is neither a file nor a directory");
    }
  }

  private static void add(Path file, Set<Path> found) {
    if (!Files.isReadable(file)) {
      throw new InputException("cannot read " + file + ": permission denied");
    }
    found.add(file);
  }

  private void expand(Path base, List<String> names, Set<Path> found) {
    if (names.isEmpty()) {
      if (Files.isDirectory(base) || Files.isRegularFile(base)) {
        addFiles(base, found);
      }
      return;
    }
    String name = names.get(0);
    List<String> rest = names.subList(1, names.size());
    if (name.equals(ANY_DIRECTORIES)) {
      for (Path directory : Files.isDirectory(base) ? directories(base) : List.<Path>of()) {
        expand(directory, rest, found);
      }
    } else if (!isGlob(name)) {
      expand(base.resolve(name), rest, found);
    } else if (Files.isDirectory(base)) {
      PathMatcher matcher = matcher(name);
      for (Path entry : entries(base)) {
        if (matcher.matches(entry.getFileName()) && (name.startsWith(".") || !isHidden(entry))) {
          expand(entry, rest, found);
        }
      }
    }
  }

  /** Returns a directory and its subdirectories, except hidden ones; link cycles are cut. */
  private static List<Path> directories(Path top) {
    List<Path> directories = new ArrayList<>(List.of(top));
    Set<Path> seen = new HashSet<>(Set.of(realPath(top)));
    for (int i = 0; i < directories.size(); i++) {
      for (Path entry : entries(directories.get(i))) {
        if (Files.isDirectory(entry) && !isHidden(entry) && seen.add(realPath(entry))) {
          directories.add(entry);
        }
      }
    }
    return directories;
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

  private boolean isIncluded(Path file) {
    return include.isEmpty() || include.stream().anyMatch(m -> m.matches(file.getFileName()));
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0);
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new InputException("'%s' is not a valid pattern".formatted(glob), e);
    }
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
