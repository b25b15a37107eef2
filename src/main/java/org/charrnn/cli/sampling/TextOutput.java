package org.charrnn.cli.sampling;

import java.io.PrintWriter;

/** Standard output that is printed while work goes on, such as generated text. */
public final class TextOutput {
  private final PrintWriter out;

  /** Nobody reads the output any more, such as after {@code | head}. */
  public static final class NoReaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  public TextOutput(PrintWriter out) {
    this.out = out;
  }

  /**
   * Prints a part of a text at once.
   *
   * @throws NoReaderException if nobody reads it
   */
  public void print(String text) {
    out.print(text);
    flush();
  }

  /**
   * Ends a text, or prints a line.
   *
   * @throws NoReaderException if nobody reads it
   */
  public void println(String text) {
    out.println(text);
    flush();
  }

  private void flush() {
    if (out.checkError()) { // which flushes
      throw new NoReaderException();
    }
  }
}
