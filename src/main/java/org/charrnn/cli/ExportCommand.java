package org.charrnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a SavedModel. */
@Command(
    name = "export",
    description = "Writes a trained model as a SavedModel, for Python and everybody else.",
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description =
          "Where to; a SavedModel of charrnn that is there is replaced. TensorFlow Serving looks for"
              + " numbered ones, such as models/tiny/1.")
  private Path directory;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    model.open().export(directory);
    spec.commandLine().getErr().println("charrnn: saved " + directory);
    return ExitCodes.DONE;
  }
}
