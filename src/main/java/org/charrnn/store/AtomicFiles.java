package org.charrnn.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.commons.io.file.PathUtils;

/** Files and directories that appear whole or not at all: made beside their place, then moved. */
public final class AtomicFiles {
  private static final String LEFTOVERS = ".?*.{tmp,old}";

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
    String suffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + suffix + ".tmp");
    try {
      writer.write(temporary);
      if (Files.isDirectory(target)) { // which a move cannot replace
        Path old = target.resolveSibling("." + target.getFileName() + "." + suffix + ".old");
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        PathUtils.delete(old);
      } else {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      tidyUp(temporary, e);
      throw cannotWrite(target, e);
    } catch (RuntimeException e) {
      tidyUp(temporary, e);
      throw e;
    }
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
   * Deletes what a program that was killed left half-written in a directory.
   *
   * @throws IOException if that cannot be
   */
  static void deleteLeftovers(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, LEFTOVERS)) {
        for (Path leftover : entries) {
          PathUtils.delete(leftover);
        }
      }
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
