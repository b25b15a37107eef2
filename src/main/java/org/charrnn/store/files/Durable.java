package org.charrnn.store.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Forces files and directories to the disk. A loss of power keeps what was forced: the content of a
 * file, the names in a directory. Of the rest it keeps any part, in any order.
 */
public final class Durable {
  private Durable() {}

  /** Forces the content of a file to the disk. */
  public static void forceFile(Path file) throws IOException {
    boolean isWritable = Files.isWritable(file); // Windows forces writable files only
    force(file, isWritable ? StandardOpenOption.WRITE : StandardOpenOption.READ);
  }

  /**
   * Forces the names of a directory's files to the disk, where that is possible: Windows, and some
   * file systems of other machines, do not force directories.
   */
  public static void forceDirectory(Path directory) throws IOException {
    try {
      force(directory, StandardOpenOption.READ);
    } catch (AccessDeniedException e) {
      // Windows opens no directory; others open those that may be read
    } catch (IOException e) {
      if (!"Invalid argument".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  private static void force(Path path, StandardOpenOption access) throws IOException {
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  /** Forces the name of a file or directory to the disk. */
  public static void forceName(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  /** Forces a file, or a directory with all files in it, to the disk. Links are not followed. */
  static void forceTree(Path top) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              forceFile(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            super.postVisitDirectory(directory, failure);
            forceDirectory(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Creates a directory and its parents, unless they exist, and forces them to the disk. */
  public static void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Path existing = absolute;
    while (existing != null && Files.notExists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    Files.createDirectories(directory);
    for (Path created = absolute; !created.equals(existing); created = created.getParent()) {
      forceName(created);
    }
  }
}
