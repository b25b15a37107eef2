package org.charrnn.train;

import java.io.IOException;

/** Tells whether a standard stream of this process is a terminal. */
public final class Terminal {
  /** The descriptor of standard output. */
  public static final int OUT = 1;

  /** The descriptor of standard error. */
  public static final int ERR = 2;

  private Terminal() {}

  /** Java reports only whether input and output both are terminals, so ask the shell's tool. */
  public static boolean isTerminal(int descriptor) {
    try {
      return new ProcessBuilder("test", "-t", Integer.toString(descriptor))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such tool, so no such terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
