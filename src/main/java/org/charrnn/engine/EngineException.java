package org.charrnn.engine;

/** Thrown when an engine cannot start or cannot run a job. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
