package org.charrnn.text.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.charrnn.InputException;

/**
 * Where the text of a run was when the run was started, so that it is found from another working
 * directory, and after run and text were moved together.
 *
 * @param directory absolute path that the names of the files are relative to
 * @param fromRun the same directory, relative to the run; null if no relative path leads there
 */
public record TextLocation(String directory, String fromRun) {
  /** The location of a text of which only the names are known. */
  public static final TextLocation UNKNOWN = new TextLocation("", null);

  public TextLocation {
    directory = Path.of(directory).toString(); // throws if it is not a path
    fromRun = fromRun == null ? null : Path.of(fromRun).toString();
  }

  /**
   * Returns the location of a text whose names are relative to the working directory.
   *
   * @param run an existing directory
   */
  public static TextLocation of(Path run) throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    try {
      Path fromRun = run.toRealPath().relativize(directory.toRealPath());
      return new TextLocation(directory.toString(), fromRun.toString());
    } catch (IllegalArgumentException e) { // they are on different drives
      return new TextLocation(directory.toString(), null);
    }
  }

  /**
   * Returns the files of the text: where they were; if one is missing there, in the same place as
   * seen from the run; or else relative to the working directory.
   *
   * @param names of the files, as they were given
   * @param run its directory now
   * @throws InputException that lists the missing files if none of these places has all files
   */
  public List<Path> find(List<Path> names, Path run) {
    Set<Path> missing = new LinkedHashSet<>();
    for (List<Path> files : List.of(recorded(names), movedWith(run, names), names)) {
      Optional<Path> absent = files.stream().filter(Files::notExists).findFirst();
      if (absent.isEmpty()) {
        return files;
      }
      missing.add(absent.get());
    }
    throw new InputException(
        "there is no file "
            + missing.stream().map(Path::toString).collect(Collectors.joining(" or ")));
  }

  private List<Path> recorded(List<Path> names) {
    boolean isHere = Path.of("").toAbsolutePath().equals(Path.of(directory));
    return isHere ? names : names.stream().map(Path.of(directory)::resolve).toList();
  }

  private List<Path> movedWith(Path run, List<Path> names) {
    if (fromRun == null) {
      return names;
    }
    Path before = Path.of(directory);
    Path now = realPath(run).resolve(fromRun).normalize();
    return names.stream()
        .map(name -> now.resolve(before.relativize(before.resolve(name))).normalize())
        .toList();
  }

  private static Path realPath(Path run) {
    try {
      return run.toRealPath();
    } catch (IOException e) {
      throw InputException.cannotRead(run, e);
    }
  }
}
