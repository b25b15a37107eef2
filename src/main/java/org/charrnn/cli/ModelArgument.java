package org.charrnn.cli;

import java.nio.file.Path;
import org.charrnn.store.TrainedModel;
import picocli.CommandLine.Parameters;

/** The model that a command uses. */
final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run (its best checkpoint is taken), a checkpoint of a run, or a SavedModel.")
  Path path;

  TrainedModel open() {
    return TrainedModel.open(path);
  }
}
