package org.charrnn.cli.training;

import org.charrnn.text.files.ReadProgress;
import org.charrnn.train.ProgressBar;

/** Shows a progress bar while text is read. The bar starts when the size is known. */
public final class ReadingProgress implements ReadProgress, AutoCloseable {
  private ProgressBar bar;

  @Override
  public void bytesRead(long read, long total) {
    if (bar == null) {
      bar = ProgressBar.start("read", total);
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
