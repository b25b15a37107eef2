package org.charrnn.cli;

import org.charrnn.text.ReadProgress;
import org.charrnn.train.Progress;

/** A bar while text is read; it starts when the size is known. */
final class ReadingProgress implements ReadProgress, AutoCloseable {
  private Progress bar;

  @Override
  public void bytesRead(long read, long total) {
    if (bar == null) {
      bar = Progress.start("read", total);
    }
    bar.step(read, () -> "");
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
