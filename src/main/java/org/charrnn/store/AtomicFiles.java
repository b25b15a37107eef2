package org.charrnn.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.commons.io.file.PathUtils;

/** Files and directories that appear whole or not at all: made beside their place, then moved. */
final class AtomicFiles {
  private AtomicFiles() {}

  /** Fills a new file or directory. */
  @FunctionalInterface
  interface Writer {
    void write(Path path) throws IOException;
  }

  /** Writes a file, in place of the one that may be there. */
  static void writeFile(Path file, byte[] content) throws IOException {
    writeThenMove(file, temporary -> Files.write(temporary, content));
  }

  /** Makes a directory where none is yet. */
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
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      try {
        if (Files.exists(temporary)) {
          PathUtils.delete(temporary);
        }
      } catch (IOException cannotTidyUp) {
        e.addSuppressed(cannotTidyUp);
      }
      throw e;
    }
  }
}
