package org.charrnn.cli.limits;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;

/** Refuses a training whose checkpoints would not fit on the disk. */
public final class DiskCheck {
  private DiskCheck() {}

  /**
   * Checks the disk of a run.
   *
   * @param run its directory, which exists
   * @throws InputException if the disk has too little space
   */
  public static void require(Path run, TrainingSize size) throws IOException {
    FileStore disk = Files.getFileStore(run);
    if (disk.getTotalSpace() > 0) { // else it does not say
      require(run, size, disk.getUsableSpace());
    }
  }

  static void require(Path run, TrainingSize size, long free) {
    double needed = size.diskBytes();
    if (needed > free) {
      throw new InputException(
          "%s needs about %s for two checkpoints and the SavedModel, and %s are free; free some"
                  .formatted(run, format(needed), format((double) free))
              + " space, choose another directory, or use a smaller --hidden or --layers");
    }
  }

  private static String format(double bytes) {
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }
}
