package org.charrnn;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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

  /** Returns the exception for a file or directory that cannot be read. */
  public static InputException cannotRead(Path path, IOException e) {
    return cannotRead(path.toString(), e);
  }

  /** Returns the exception for an input with a name that cannot be read. */
  public static InputException cannotRead(String name, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new InputException("there is no file " + name, e);
    }
    String reason = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new InputException("cannot read " + name + ": " + reason, e);
  }
}
