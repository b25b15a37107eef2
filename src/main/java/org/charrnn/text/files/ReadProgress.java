package org.charrnn.text.files;

/** Receives progress updates while a corpus is read. */
@FunctionalInterface
public interface ReadProgress {
  /** Ignores all updates. */
  ReadProgress NONE = (read, total) -> {};

  /**
   * Called after each chunk.
   *
   * @param read bytes read so far
   * @param total bytes of all files
   */
  void bytesRead(long read, long total);
}
