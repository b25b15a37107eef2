package org.charrnn.text;

/** Receives progress updates while a corpus is read. */
@FunctionalInterface
public interface ReadProgress {
  /** Ignores all updates. */
  ReadProgress NONE = (read, total) -> {};

  /**
   * Called after each chunk.
   *
   * @param read bytes read so far, in all passes
   * @param total bytes to read in all passes: twice the size of a corpus that is read twice
   */
  void bytesRead(long read, long total);
}
