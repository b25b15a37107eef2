package org.charrnn.testing.disk;

import com.google.protobuf.ByteString;

/** An operation on a disk. Files and directories have numbers, as inodes do. */
sealed interface Operation {
  /** A name in a directory now means a file or directory, be it new or linked. */
  record Entry(int directory, String name, int node) implements Operation {}

  /** A name disappears from a directory. */
  record Removal(int directory, String name, int node) implements Operation {}

  /** A file or directory moves; what had the new name disappears. */
  record Rename(int from, String name, int to, String newName, int node) implements Operation {}

  record Write(int file, long position, ByteString data) implements Operation {}

  record Truncation(int file, long size) implements Operation {}

  /** A file's content, or a directory's names, are on the disk when this has returned. */
  record Force(int node) implements Operation {}

  /** Not an operation: something that the program has reported. */
  record Mark(String text) implements Operation {}
}
