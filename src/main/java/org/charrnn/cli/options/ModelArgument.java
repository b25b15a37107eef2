package org.charrnn.cli.options;

import java.nio.file.Path;
import org.charrnn.store.TrainedModel;
import picocli.CommandLine.Parameters;

/** The model that a command uses. */
public final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run (its best checkpoint), a checkpoint of a run, or a SavedModel.")
  private Path path;

  /** The path of the model. */
  public Path path() {
    return path;
  }

  /** Opens the model. */
  public TrainedModel open() {
    return TrainedModel.open(path);
  }
}
