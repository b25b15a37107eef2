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
 * and how far the training was ({@code progress.json}). The files {@code latest} and {@code best}
 * hold the name of one, for whoever looks for it.
 *
 * <p>A checkpoint is there whole or not at all; the newest few and the best are kept.
 */
public final class RunCheckpoints {
  static final String CHECKPOINTS = "checkpoints";

  private static final String PREFIX = "step-";

  /** At most 18 digits, which a long has room for. */
  private static final Pattern STEP = Pattern.compile(PREFIX + "\\d{1,18}");

  private static final String MODEL = "model";
  private static final String PROGRESS = "progress.json";
  private static final String LATEST = "latest";
  private static final String BEST = "best";
  private static final int KEPT = 5;

  private final Path directory;

  RunCheckpoints(Path directory) {
    this.directory = directory;
  }

  /**
   * How far a training is.
   *
   * @param step steps done
   * @param bestStep steps done when validation was best, or 0
   * @param bestValidationNats the loss then, or null before the first validation
   * @param validationsSinceBest validations after it
   */
  public record TrainingProgress(
      long step, long bestStep, Float bestValidationNats, int validationsSinceBest) {
    /** Nothing done yet. */
    public static final TrainingProgress START = new TrainingProgress(0, 0, null, 0);

    /**
     * Returns the progress after more steps.
     *
     * @param newStep steps done
     * @param validationNats validation loss, or null without a validation
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
  }

  /**
   * Writes a checkpoint and makes it the latest, and the best if it is. Later ones go: the training
   * went on from before them.
   *
   * @throws IOException if it cannot be written; those before it stay
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
    if (progress.bestValidationNats() != null && progress.bestStep() == progress.step()) {
      writePointer(BEST, name);
    }
    deleteOthers(progress);
    writePointer(LATEST, name);
  }

  private void writePointer(String pointer, String name) throws IOException {
    AtomicFiles.writeFile(directory.resolve(pointer), (name + "\n").getBytes(UTF_8));
  }

  /**
   * Has {@code latest} and {@code best} name what the newest checkpoint tells; a training that was
   * killed may have written that and not these.
   *
   * @throws IOException if they cannot be written
   */
  void renewPointers() throws IOException {
    List<Path> all = newestFirst();
    if (all.isEmpty()) {
      return;
    }
    writePointer(LATEST, all.get(0).getFileName().toString());
    try {
      TrainingProgress progress = progress(all.get(0));
      if (progress.bestValidationNats() != null) {
        writePointer(BEST, PREFIX + progress.bestStep());
      }
    } catch (InputException e) {
      // it is damaged: the best is the one that the file tells
    }
  }

  private void deleteOthers(TrainingProgress latest) throws IOException {
    List<Path> all = newestFirst();
    Set<Path> kept =
        all.stream().filter(c -> step(c) <= latest.step()).limit(KEPT).collect(toSet());
    kept.add(directory.resolve(PREFIX + latest.bestStep()));
    for (Path checkpoint : all) {
      if (!kept.contains(checkpoint)) {
        AtomicFiles.deleteDirectory(checkpoint);
      }
    }
  }

  /**
   * The directory of the latest checkpoint: the newest, for a training leaves none that is later.
   *
   * @throws InputException if there is none
   */
  public Path latest() {
    return newestFirst().stream()
        .findFirst()
        .orElseThrow(
            () -> new InputException("there is no checkpoint in " + directory + "; train anew"));
  }

  /**
   * The directory of the checkpoint with the best validation loss, else of the latest. The latest
   * knows it, under a checksum; should that one be damaged, the file {@code best} tells.
   *
   * @throws InputException if there is none, or nothing tells which one it is
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

  /** Empty too if the file was cut short: of step-100, step-10 may be left. */
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

  /** Whether a path is the directory of one checkpoint, even if files of it are lost. */
  public static boolean isCheckpoint(Path path) {
    Path place = path.toAbsolutePath().normalize();
    return Files.isRegularFile(path.resolve(PROGRESS))
        || (Files.isDirectory(path)
            && STEP.matcher(String.valueOf(place.getFileName())).matches()
            && place.getParent().endsWith(CHECKPOINTS));
  }

  /** The directory of the run that a checkpoint belongs to. */
  public static Path runOf(Path checkpoint) {
    return checkpoint.toAbsolutePath().normalize().resolve("../..").normalize();
  }

  /**
   * Tells how far the training was at a checkpoint.
   *
   * @throws InputException as {@link #read}
   */
  public static TrainingProgress progress(Path checkpoint) {
    Path file = checkpoint.resolve(PROGRESS);
    try {
      byte[] json = Json.bytes(file);
      TrainingProgress progress = Json.parse(json, TrainingProgress.class, file);
      Checksums.require(json, file);
      return progress;
    } catch (InputException e) {
      throw giveAnother(checkpoint, e.getMessage(), e);
    }
  }

  /**
   * Reads variables of a checkpoint.
   *
   * @throws InputException if it cannot be read; the message names it and what else there is
   */
  public static List<VariableValue> read(Path checkpoint, List<String> names) {
    try {
      return Checkpoint.read(checkpoint.resolve(MODEL), names);
    } catch (IOException e) {
      throw giveAnother(checkpoint, e.getMessage(), e);
    }
  }

  /** Returns an error that also tells which other checkpoints the run has. */
  static InputException giveAnother(Path checkpoint, String message, Exception cause) {
    String others =
        new RunCheckpoints(checkpoint.toAbsolutePath().getParent())
            .newestFirst().stream()
                .filter(other -> !other.endsWith(checkpoint.getFileName()))
                .map(other -> checkpoint.resolveSibling(other.getFileName()).toString())
                .collect(joining(", "));
    return new InputException(
        others.isEmpty() ? message : message + "; the run has other checkpoints: " + others, cause);
  }
}
