package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;

/** The files {@code latest} and {@code best}, each with the name of a checkpoint. */
final class CheckpointPointers {
  private static final String LATEST = "latest";
  private static final String BEST = "best";

  private final Path directory;

  CheckpointPointers(Path directory) {
    this.directory = directory;
  }

  /** Points to the checkpoint with a progress and to its best one, if there was a validation. */
  void write(TrainingProgress progress) throws IOException {
    if (progress.bestValidationNats() != null) {
      write(BEST, progress.bestStep());
    } else if (Files.deleteIfExists(directory.resolve(BEST))) {
      Durable.forceDirectory(directory);
    }
    writeLatest(progress.step());
  }

  /** Points to the latest checkpoint, and keeps the best. */
  void writeLatest(long step) throws IOException {
    write(LATEST, step);
  }

  private void write(String pointer, long step) throws IOException {
    String name = RunCheckpoints.PREFIX + step;
    if (!name(pointer).equals(Optional.of(name))) {
      AtomicFiles.writeFile(directory.resolve(pointer), (name + "\n").getBytes(UTF_8));
    }
  }

  /** Returns the best checkpoint; empty if there is none. */
  Optional<Path> best() {
    return name(BEST).map(directory::resolve).filter(Files::exists);
  }

  /** Also empty if the file was truncated, such as from step-100 to step-10. */
  private Optional<String> name(String pointer) {
    try {
      String text = Files.readString(directory.resolve(pointer));
      String name = text.strip();
      return Optional.of(name)
          .filter(n -> text.equals(n + "\n") && RunCheckpoints.STEP.matcher(n).matches());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
