package org.charrnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.charrnn.cli.options.ModelArgument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Exports a SavedModel. */
@Command(
    name = "export",
    description = "Exports a trained model as a SavedModel, for Python and other programs.",
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description =
          "Directory to write; an earlier SavedModel of charrnn in it is replaced. TensorFlow"
              + " Serving expects a version number, such as models/tiny/1.")
  private Path directory;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    model.open().export(directory);
    spec.commandLine().getErr().println("charrnn: saved " + directory);
    return ExitCodes.DONE;
  }
}
