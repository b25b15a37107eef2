package org.charrnn.text;

/** Is told how far the reading of a corpus is. */
@FunctionalInterface
public interface ReadProgress {
  /** Tells nobody. */
  ReadProgress NONE = (read, total) -> {};

  /** Called after each piece; a corpus that is read twice has twice its bytes in total. */
  void bytesRead(long read, long total);
}
