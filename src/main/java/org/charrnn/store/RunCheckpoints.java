package org.charrnn.store;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;

/**
 * The checkpoints of a run: directories {@code step-N}, each with the variables ({@code model.*})
 * and the progress of the training ({@code progress.json}). The files {@code latest} and {@code
 * best} hold the name of a checkpoint, for people and other programs.
 *
 * <p>A checkpoint is written atomically. The newest {@value #MAX_KEPT} and the best are kept;
 * others are deleted when the new one and these files are on the disk.
 */
public final class RunCheckpoints {
  static final String CHECKPOINTS = "checkpoints";
  static final String MODEL = "model";

  static final String PREFIX = "step-";

  /** With at most 18 digits, which fit into a long. */
  static final Pattern STEP = Pattern.compile(PREFIX + "\\d{1,18}");

  private static final String PROGRESS = "progress.json";
  private static final int MAX_KEPT = 5;

  private final Path directory;
  private final CheckpointPointers pointers;

  RunCheckpoints(Path directory) {
    this.directory = directory;
    pointers = new CheckpointPointers(directory);
  }

  /**
   * Writes a checkpoint and makes it the latest, and the best if it has the best validation.
   *
   * @throws IOException if it cannot be written; earlier checkpoints are kept
   */
  public void write(TrainingProgress progress, List<VariableValue> variables) throws IOException {
    Durable.createDirectories(directory);
    String name = PREFIX + progress.step();
    AtomicFiles.writeDirectory(
        directory.resolve(name),
        path -> {
          Checkpoint.write(path.resolve(MODEL), variables);
          progress.write(path.resolve(PROGRESS));
        });
    pointers.write(withExistingBest(progress));
    deleteOthers(progress);
  }

  /**
   * Rewrites {@code latest} and {@code best} according to the newest checkpoint, in case a training
   * was killed after it wrote the checkpoint and before it wrote these files.
   *
   * @throws IOException if they cannot be written
   */
  void updatePointers() throws IOException {
    List<Path> all = newestFirst();
    if (all.isEmpty()) {
      return;
    }
    try {
      pointers.write(withExistingBest(progress(all.get(0))));
    } catch (InputException e) { // the checkpoint is damaged; keep the best that the file names
      pointers.writeLatest(step(all.get(0)));
    }
  }

  /** Returns the checkpoints after a step, the last one first. */
  List<Path> after(long step) {
    return newestFirst().stream().filter(checkpoint -> step(checkpoint) > step).toList();
  }

  /** Makes a checkpoint the latest: deletes the later ones. */
  void deleteAfter(TrainingProgress latest) throws IOException {
    pointers.write(latest);
    for (Path checkpoint : after(latest.step())) {
      AtomicFiles.deleteDirectory(checkpoint);
    }
  }

  private void deleteOthers(TrainingProgress latest) throws IOException {
    List<Path> all = newestFirst();
    Set<Path> kept = all.stream().limit(MAX_KEPT).collect(toSet());
    kept.add(at(latest.step()));
    kept.add(at(latest.bestStep()));
    for (Path checkpoint : all) {
      if (!kept.contains(checkpoint)) {
        AtomicFiles.deleteDirectory(checkpoint);
      }
    }
  }

  /**
   * Returns the directory of the latest checkpoint, which is the one with the most steps.
   *
   * @throws InputException if there is no checkpoint
   */
  public Path latest() {
    return newestFirst().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "there is no checkpoint in " + directory + "; start a new training"));
  }

  /**
   * Returns the directory of the checkpoint with the best validation loss; of the latest if there
   * was no validation. The best is read from the latest checkpoint, which has a checksum, or from
   * the file {@code best} if that checkpoint is damaged.
   *
   * @throws InputException if there is no checkpoint, or the best is unknown
   */
  public Path best() {
    Path latest = latest();
    TrainingProgress progress;
    try {
      progress = progress(latest);
    } catch (InputException e) {
      return pointers.best().orElseThrow(() -> e);
    }
    Path best = best(progress);
    if (Files.exists(best)) {
      return best;
    }
    if (!latest.equals(latest())) { // a training has meanwhile written a better one
      return best();
    }
    return best(withExistingBest(progress));
  }

  /** Returns the checkpoint with the best validation loss; that of the progress without one. */
  Path best(TrainingProgress progress) {
    return at(progress.bestValidationNats() == null ? progress.step() : progress.bestStep());
  }

  /** Returns the checkpoint with a progress. */
  Path of(TrainingProgress progress) {
    return at(progress.step());
  }

  /** Returns the directory of a checkpoint, which may not exist. */
  public Path at(long step) {
    return directory.resolve(PREFIX + step);
  }

  /**
   * Returns a progress whose best checkpoint exists. Only the best of a training is kept, so the
   * one that an older checkpoint names may have been deleted. Then the history shows which of the
   * others is the best; if none of them was validated, there is no best yet.
   *
   * @throws InputException if the history is needed and damaged
   */
  public TrainingProgress withExistingBest(TrainingProgress progress) {
    if (progress.bestValidationNats() == null || Files.exists(best(progress))) {
      return progress;
    }
    TrainingProgress left = TrainingProgress.START;
    for (HistoryRow row : history()) {
      long step = row.stepsDone();
      if (step <= progress.step() && row.validationNats() != null) {
        if (Files.exists(at(step))) {
          left = left.next(step, row.validationNats().floatValue());
        } else if (left.bestValidationNats() != null) {
          left = left.next(step, Float.POSITIVE_INFINITY); // counts, but is not the best
        }
      }
    }
    return new TrainingProgress(
        progress.step(),
        left.bestStep(),
        left.bestValidationNats(),
        left.validationsSinceBest(),
        progress.isValidationDue());
  }

  private List<HistoryRow> history() {
    Path file = directory.resolveSibling(RunDirectory.HISTORY);
    try {
      return Files.exists(file) ? HistoryFile.read(file) : List.of();
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  private List<Path> newestFirst() {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(path -> STEP.matcher(path.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(RunCheckpoints::step).reversed())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
  }

  /** Whether a path is the directory of a checkpoint, even if some of its files are missing. */
  public static boolean isCheckpoint(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return Files.isRegularFile(path.resolve(PROGRESS))
        || (Files.isDirectory(path)
            && STEP.matcher(String.valueOf(absolute.getFileName())).matches()
            && absolute.getParent().endsWith(CHECKPOINTS));
  }

  /** Returns the directory of a checkpoint's run. */
  public static Path runOf(Path checkpoint) {
    return checkpoint.toAbsolutePath().normalize().resolve("../..").normalize();
  }

  /**
   * Reads the progress of the training at a checkpoint.
   *
   * @throws InputException if it cannot be read; the message lists the run's other checkpoints
   */
  public static TrainingProgress progress(Path checkpoint) {
    try {
      return TrainingProgress.read(checkpoint.resolve(PROGRESS));
    } catch (InputException e) {
      throw withOtherCheckpoints(checkpoint, e.getMessage(), e);
    }
  }

  /**
   * Reads variables of a checkpoint.
   *
   * @throws InputException if they cannot be read; the message lists the run's other checkpoints
   */
  public static List<VariableValue> read(Path checkpoint, List<String> names) {
    try {
      return Checkpoint.read(checkpoint.resolve(MODEL), names);
    } catch (IOException e) {
      throw withOtherCheckpoints(checkpoint, e.getMessage(), e);
    }
  }

  /** Returns an exception whose message also lists the run's other checkpoints. */
  static InputException withOtherCheckpoints(Path checkpoint, String message, Exception cause) {
    Path path = checkpoint.toAbsolutePath().normalize(); // the checkpoint may be given as .
    Path given = checkpoint.endsWith(path.getFileName()) ? checkpoint : path;
    String others =
        new RunCheckpoints(path.getParent())
            .newestFirst().stream()
                .filter(other -> !other.equals(path))
                .map(other -> given.resolveSibling(other.getFileName()).toString())
                .collect(joining(", "));
    return new InputException(
        others.isEmpty() ? message : message + "; the run has other checkpoints: " + others, cause);
  }
}
