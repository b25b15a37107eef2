package org.charrnn.store.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.commons.io.file.PathUtils;

/**
 * Writes files and directories atomically: they are written under a temporary name in the same
 * directory and then renamed, so other programs see either the complete result or nothing. A loss
 * of power leaves the same: the content is forced to the disk before the rename, and the rename
 * before the method returns.
 *
 * <p>Replacing a directory takes two renames. A program that is killed between them leaves nothing
 * under the target's name; the next write to that target first restores the old directory. See
 * {@link StaleFile}.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes the content of a new file or directory. */
  @FunctionalInterface
  public interface Writer {
    void write(Path path) throws IOException;
  }

  /**
   * Writes a file, replacing an existing one.
   *
   * @throws IOException that names the file and the reason
   */
  public static void writeFile(Path file, byte[] content) throws IOException {
    writeThenMove(file, temporary -> Files.write(temporary, content));
  }

  /**
   * Creates a directory with its content, replacing an existing one.
   *
   * @throws IOException that names the directory and the reason
   */
  public static void writeDirectory(Path directory, Writer writer) throws IOException {
    writeThenMove(
        directory,
        temporary -> {
          Files.createDirectory(temporary);
          writer.write(temporary);
        });
  }

  private static void writeThenMove(Path target, Writer writer) throws IOException {
    Path temporary = StaleFile.temporaryPath(target);
    try {
      restoreOrDelete(StaleFile.of(target), target.toAbsolutePath().getParent());
      writer.write(temporary);
      Durable.forceTree(temporary);
      if (Files.isDirectory(target)) { // a move cannot replace a directory
        replace(target, temporary);
      } else {
        move(temporary, target);
      }
      Durable.forceName(target);
    } catch (IOException e) {
      deleteTemporary(temporary, e);
      throw cannotWrite(target, e);
    } catch (RuntimeException e) {
      deleteTemporary(temporary, e);
      throw e;
    }
  }

  private static void replace(Path target, Path temporary) throws IOException {
    Path old = StaleFile.pathOfReplaced(temporary);
    move(target, old);
    try {
      move(temporary, target);
    } catch (IOException e) {
      move(old, target);
      throw e;
    }
    Durable.forceName(target);
    move(old, temporary); // marks it as incomplete: from here on it is never restored
    Durable.forceName(temporary);
    PathUtils.delete(temporary);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Deletes a directory atomically: it disappears as a whole before its files are deleted.
   *
   * @throws IOException if it cannot be deleted
   */
  public static void deleteDirectory(Path directory) throws IOException {
    Path temporary = StaleFile.temporaryPath(directory);
    move(directory, temporary);
    Durable.forceName(temporary); // before its first file disappears
    PathUtils.delete(temporary);
  }

  /** Returns the exception for a file or directory that could not be written. */
  public static IOException cannotWrite(Path target, IOException e) {
    Path directory = target.toAbsolutePath().getParent();
    if (Files.notExists(directory)) {
      return new IOException(
          "cannot write %s: the directory %s does not exist; was it deleted or moved?"
              .formatted(target, directory),
          e);
    }
    String reason =
        e instanceof FileSystemException failed && failed.getReason() != null
            ? failed.getReason()
            : e.getMessage();
    return new IOException(
        "cannot write %s: %s; free some space or choose another directory"
            .formatted(target, reason),
        e);
  }

  /**
   * Cleans up a directory after killed programs: restores what they were replacing and deletes what
   * they left incomplete.
   *
   * @throws IOException if a file cannot be restored or deleted
   */
  public static void removeStaleFiles(Path directory) throws IOException {
    restoreOrDelete(StaleFile.in(directory), directory);
  }

  private static void restoreOrDelete(List<StaleFile> files, Path directory) throws IOException {
    for (StaleFile file : files) {
      file.restoreOrDelete();
    }
    if (!files.isEmpty()) {
      Durable.forceDirectory(directory);
    }
  }

  /**
   * Returns the end of an error message that says how to restore a missing path, if a program was
   * killed while it replaced that path; else an empty string.
   */
  public static String recoveryHint(Path missing) {
    try {
      return StaleFile.of(missing).stream()
          .filter(StaleFile::isComplete)
          .map(stale -> missing.resolveSibling(stale.path().getFileName()))
          .map(
              old ->
                  ": a program was killed while replacing it; rename %s to %s, or write it again"
                      .formatted(old, missing))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static void deleteTemporary(Path temporary, Exception failure) {
    try {
      if (Files.exists(temporary)) {
        PathUtils.delete(temporary);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
