package org.charrnn.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.settings.RunKind;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.Ending;

/** Writes the SavedModel at the end of a training and says how it ended. */
final class TrainingEnd {
  private final RunDirectory run;
  private final PrintWriter err;

  /**
   * @param err receives the lines
   */
  TrainingEnd(RunDirectory run, PrintWriter err) {
    this.run = run;
    this.err = err;
  }

  /** Writes the SavedModel of the best checkpoint. */
  void write(Ending ending) throws IOException {
    Path best = run.checkpoints().best();
    List<String> weights = List.copyOf(run.config().model().weightShapes().keySet());
    run.writeSavedModel(RunCheckpoints.read(best, weights));
    long step = RunCheckpoints.progress(best).step();
    BestCheckpoint.farBehind(run.readHistory(), step, best.getParent()).ifPresent(this::print);
    print(
        run.config().kind() == RunKind.LAB
            ? "%s %d steps, saved %s"
                .formatted(
                    ending == Ending.STOPPED ? "stopped after" : "trained", step, run.savedModel())
            : "%s, saved %s of %s".formatted(reason(ending), run.savedModel(), best.getFileName()));
  }

  private void print(String line) {
    err.println("charrnn: " + line);
  }

  private static String reason(Ending ending) {
    return switch (ending) {
      case DONE -> "done";
      case STOPPED -> "stopped";
      case NO_IMPROVEMENT -> "the validation loss stopped improving";
    };
  }
}
