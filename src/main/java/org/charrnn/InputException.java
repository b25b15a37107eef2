package org.charrnn;

/**
 * Something that a person gave is wrong: a file, an option, a text. The message is one line that
 * names it, says what was expected and what to do.
 */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
