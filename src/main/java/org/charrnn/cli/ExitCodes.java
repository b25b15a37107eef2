package org.charrnn.cli;

import org.charrnn.cli.training.CtrlC;

/** The program's exit codes. */
final class ExitCodes {
  static final int DONE = 0;
  static final int WORK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int INTERRUPTED = CtrlC.EXIT_CODE;

  private ExitCodes() {}
}
