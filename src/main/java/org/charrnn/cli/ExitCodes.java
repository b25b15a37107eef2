package org.charrnn.cli;

/** The program's exit codes. */
final class ExitCodes {
  static final int DONE = 0;
  static final int WORK_FAILED = 1;
  static final int BAD_INPUT = 2;

  private ExitCodes() {}
}
