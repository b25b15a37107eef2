package org.charrnn.text.files;

/** Receives progress updates while a corpus is read. */
@FunctionalInterface
public interface ReadProgress {
  /** Ignores all updates. */
  ReadProgress NONE = (read, total) -> {};

  /** The total if a text is read from a pipe. */
  long UNKNOWN = -1;

  /**
   * Called after each chunk.
   *
   * @param read bytes read so far
   * @param total bytes of all files, or {@link #UNKNOWN}
   */
  void bytesRead(long read, long total);
}
