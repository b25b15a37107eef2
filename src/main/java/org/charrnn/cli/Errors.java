package org.charrnn.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.charrnn.InputException;
import org.charrnn.train.LabTraining.DivergedException;
import org.tensorflow.exceptions.TensorFlowException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line on standard error and an exit code. */
final class Errors implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parseResult)
      throws Exception {
    String message;
    if (e instanceof IOException io) {
      message = describe(io);
    } else if (e instanceof InputException
        || e instanceof DivergedException
        || e instanceof TensorFlowException) {
      message = e.getMessage();
    } else {
      throw e; // a defect of this program: its stack trace is what helps
    }
    String line = message.lines().findFirst().orElse("").strip();
    commandLine.getErr().println("charrnn: " + line);
    commandLine.getErr().flush();
    return e instanceof InputException ? ExitCodes.BAD_INPUT : ExitCodes.WORK_FAILED;
  }

  private static String describe(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "no permission to write " + denied.getFile();
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getReason() == null ? "there is no " + missing.getFile() : missing.getReason();
    }
    if (e instanceof FileSystemException failed && failed.getReason() != null) {
      return "cannot write " + failed.getFile() + ": " + failed.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}
