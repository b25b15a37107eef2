package org.charrnn.train;

/** Why a training ended. */
public enum Ending {
  /** All steps are done. */
  DONE,
  /** It was asked to stop, such as by Ctrl-C. */
  STOPPED,
  /** The validation loss has not improved for long enough. */
  NO_IMPROVEMENT
}
