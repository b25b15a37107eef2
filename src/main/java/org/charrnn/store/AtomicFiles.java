package org.charrnn.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.io.file.PathUtils;

/**
 * Files and directories that appear whole or not at all: made beside their place, then moved.
 *
 * <p>A directory takes another's place in two moves. A program that is killed between them leaves
 * nothing there; the next write of it first puts back what was there. See {@link Leftover}.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Fills a new file or directory. */
  @FunctionalInterface
  interface Writer {
    void write(Path path) throws IOException;
  }

  /**
   * Writes a file, in place of the one that may be there.
   *
   * @throws IOException that names the file and the reason
   */
  public static void writeFile(Path file, byte[] content) throws IOException {
    writeThenMove(file, temporary -> Files.write(temporary, content));
  }

  /**
   * Makes a directory, in place of the one that may be there.
   *
   * @throws IOException that names the directory and the reason
   */
  static void writeDirectory(Path directory, Writer filler) throws IOException {
    writeThenMove(
        directory,
        temporary -> {
          Files.createDirectory(temporary);
          filler.write(temporary);
        });
  }

  private static void writeThenMove(Path target, Writer writer) throws IOException {
    Path temporary = Leftover.placeFor(target);
    try {
      for (Leftover left : Leftover.of(target)) {
        left.clear();
      }
      writer.write(temporary);
      if (Files.isDirectory(target)) { // which a move cannot replace
        replace(target, temporary);
      } else {
        move(temporary, target);
      }
    } catch (IOException e) {
      tidyUp(temporary, e);
      throw cannotWrite(target, e);
    } catch (RuntimeException e) {
      tidyUp(temporary, e);
      throw e;
    }
  }

  private static void replace(Path target, Path temporary) throws IOException {
    Path old = Leftover.placeOfReplaced(temporary);
    move(target, old);
    try {
      move(temporary, target);
    } catch (IOException e) {
      move(old, target);
      throw e;
    }
    move(old, temporary); // from now on it need not be whole
    PathUtils.delete(temporary);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Deletes a directory, of which nothing is seen from the first moment on.
   *
   * @throws IOException if that cannot be
   */
  static void deleteDirectory(Path directory) throws IOException {
    Path temporary = Leftover.placeFor(directory);
    move(directory, temporary);
    PathUtils.delete(temporary);
  }

  /** Returns what a person is told of a file or directory that could not be written. */
  static IOException cannotWrite(Path target, IOException e) {
    String reason =
        e instanceof FileSystemException failed && failed.getReason() != null
            ? failed.getReason()
            : e.getMessage();
    return new IOException(
        "cannot write " + target + ": " + reason + "; free some space or choose another place", e);
  }

  /**
   * Puts back what a program that was killed was replacing in a directory, and deletes what it left
   * half-written.
   *
   * @throws IOException if that cannot be
   */
  static void clearLeftovers(Path directory) throws IOException {
    for (Leftover left : Leftover.in(directory)) {
      left.clear();
    }
  }

  /** Returns what to say of a place where nothing is because a program was killed; or nothing. */
  static String tellOfReplaced(Path place) {
    try {
      return Leftover.of(place).stream()
          .filter(Leftover::isWhole)
          .map(left -> place.resolveSibling(left.path().getFileName()))
          .map(
              old ->
                  ": a program was killed when it replaced it; what was there is in %s: rename that,"
                          .formatted(old)
                      + " or write it again")
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static void tidyUp(Path temporary, Exception failure) {
    try {
      if (Files.exists(temporary)) {
        PathUtils.delete(temporary);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
