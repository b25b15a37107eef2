package org.charrnn.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;

/**
 * Takes back the steps of a run after a checkpoint. First the whole run is archived, by one rename.
 * Then the SavedModel is written from the best of the checkpoints that stay, {@code latest} and
 * {@code best} name such, the later checkpoints are deleted, the last one first, and the history
 * loses its later rows.
 *
 * <p>So at every moment the SavedModel is that of an existing checkpoint, {@code latest} and {@code
 * best} name existing ones, and the history reaches the last of them.
 */
final class Rewind {
  private final RunDirectory run;
  private final TrainingProgress progress;
  private final PreviousRuns archives;

  Rewind(RunDirectory run, TrainingProgress progress) {
    this.run = run;
    this.progress = progress;
    archives = new PreviousRuns(run.path());
  }

  /** Returns the archive; empty if there are no later checkpoints. */
  Optional<Path> run() throws IOException {
    RunCheckpoints checkpoints = run.checkpoints();
    List<Path> later = checkpoints.after(progress.step());
    if (later.isEmpty()) {
      trimHistory(); // a kill may have come before this
      return Optional.empty();
    }
    Path checkpoint = checkpoints.of(progress);
    if (Files.notExists(checkpoint)) {
      throw new InputException(
          "there is no %s; give the checkpoint that is resumed this name".formatted(checkpoint));
    }
    Path archive = isArchived(later) ? archives.last().orElseThrow() : run.archive();
    if (Files.exists(run.savedModel())) {
      List<String> weights = List.copyOf(run.config().model().weightShapes().keySet());
      run.writeSavedModel(RunCheckpoints.read(checkpoints.best(progress), weights));
    }
    checkpoints.deleteAfter(progress);
    trimHistory();
    return Optional.of(archive);
  }

  private void trimHistory() throws IOException {
    List<HistoryRow> rows = run.readHistory();
    List<HistoryRow> kept =
        rows.stream().filter(row -> row.stepsDone() <= progress.step()).toList();
    if (kept.size() < rows.size()) {
      run.writeHistory(kept);
    }
  }

  /** Whether an archive has all that is deleted here: a kill interrupted this before. */
  private boolean isArchived(List<Path> later) throws IOException {
    for (Path checkpoint : later) {
      if (!archives.isArchived(run.path().relativize(checkpoint).toString())) {
        return false;
      }
    }
    return Files.notExists(run.history()) || archives.isArchived(RunDirectory.HISTORY);
  }
}
