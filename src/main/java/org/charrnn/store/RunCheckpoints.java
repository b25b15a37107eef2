package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;

/**
 * The checkpoints of a run: directories {@code step-N}, each with the variables ({@code model.*})
 * and the progress of the training ({@code progress.json}). The files {@code latest} and {@code
 * best} hold the name of a checkpoint, for people and other programs.
 *
 * <p>A checkpoint is written atomically. The newest {@value #MAX_KEPT} and the best are kept.
 */
public final class RunCheckpoints {
  static final String CHECKPOINTS = "checkpoints";
  static final String MODEL = "model";

  private static final String PREFIX = "step-";

  /** With at most 18 digits, which fit into a long. */
  private static final Pattern STEP = Pattern.compile(PREFIX + "\\d{1,18}");

  private static final String PROGRESS = "progress.json";
  private static final String LATEST = "latest";
  private static final String BEST = "best";
  private static final int MAX_KEPT = 5;

  private final Path directory;

  RunCheckpoints(Path directory) {
    this.directory = directory;
  }

  /**
   * The progress of a training.
   *
   * @param step steps done
   * @param bestStep steps done at the best validation, or 0 before the first
   * @param bestValidationNats mean loss of that validation, in nats; null before the first
   * @param validationsSinceBest validations after the best
   */
  public record TrainingProgress(
      long step, long bestStep, Float bestValidationNats, int validationsSinceBest) {
    /** Before the first step. */
    public static final TrainingProgress START = new TrainingProgress(0, 0, null, 0);

    /**
     * Returns the progress after more steps.
     *
     * @param newStep steps done
     * @param validationNats mean loss of a validation after them, in nats; null without one
     */
    public TrainingProgress next(long newStep, Float validationNats) {
      boolean isBest =
          validationNats != null
              && (bestValidationNats == null || validationNats < bestValidationNats);
      return isBest
          ? new TrainingProgress(newStep, newStep, validationNats, 0)
          : new TrainingProgress(
              newStep,
              bestStep,
              bestValidationNats,
              validationsSinceBest + (validationNats == null ? 0 : 1));
    }

    /** Returns the same progress with another best checkpoint, after which none was validated. */
    public TrainingProgress withBest(long newBestStep, Float newBestValidationNats) {
      return new TrainingProgress(step, newBestStep, newBestValidationNats, 0);
    }
  }

  /**
   * Writes a checkpoint and makes it the latest, and the best if it has the best validation.
   * Deletes later checkpoints: the training was resumed from before them.
   *
   * @throws IOException if it cannot be written; earlier checkpoints are kept
   */
  public void write(TrainingProgress progress, List<VariableValue> variables) throws IOException {
    Files.createDirectories(directory);
    String name = PREFIX + progress.step();
    AtomicFiles.writeDirectory(
        directory.resolve(name),
        path -> {
          Checkpoint.write(path.resolve(MODEL), variables);
          Files.write(path.resolve(PROGRESS), Checksums.write(progress, PROGRESS, Map.of()));
        });
    updateBest(progress);
    deleteOthers(progress);
    writePointer(LATEST, name);
  }

  /** Makes {@code best} name the best checkpoint; it does not exist before the first validation. */
  private void updateBest(TrainingProgress progress) throws IOException {
    String best = PREFIX + progress.bestStep();
    if (progress.bestValidationNats() == null) {
      Files.deleteIfExists(directory.resolve(BEST));
    } else if (!pointedTo(BEST).equals(Optional.of(best))) {
      writePointer(BEST, best);
    }
  }

  private void writePointer(String pointer, String name) throws IOException {
    AtomicFiles.writeFile(directory.resolve(pointer), (name + "\n").getBytes(UTF_8));
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
    writePointer(LATEST, all.get(0).getFileName().toString());
    try {
      updateBest(progress(all.get(0)));
    } catch (InputException e) {
      // the checkpoint is damaged; keep the best that the file names
    }
  }

  private void deleteOthers(TrainingProgress latest) throws IOException {
    List<Path> all = newestFirst();
    Set<Path> kept =
        all.stream().filter(c -> step(c) <= latest.step()).limit(MAX_KEPT).collect(toSet());
    kept.add(directory.resolve(PREFIX + latest.bestStep()));
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
    try {
      TrainingProgress progress = progress(latest);
      return progress.bestValidationNats() == null
          ? latest
          : directory.resolve(PREFIX + progress.bestStep());
    } catch (InputException e) {
      return pointedTo(BEST).map(directory::resolve).orElseThrow(() -> e);
    }
  }

  /** Returns the directory of a checkpoint, which may not exist. */
  public Path at(long step) {
    return directory.resolve(PREFIX + step);
  }

  /** Also empty if the file was truncated, such as from step-100 to step-10. */
  private Optional<String> pointedTo(String pointer) {
    try {
      String text = Files.readString(directory.resolve(pointer));
      String name = text.strip();
      return text.equals(name + "\n") && STEP.matcher(name).matches()
          ? Optional.of(name)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
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
    Path file = checkpoint.resolve(PROGRESS);
    try {
      byte[] json = Json.bytes(file);
      TrainingProgress progress = Json.parse(json, TrainingProgress.class, file);
      Checksums.verifyOwn(json, file);
      return progress;
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
