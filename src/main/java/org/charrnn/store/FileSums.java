package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.InputException;

/** The SHA-256 of files, in a file of the form that {@code sha256sum --check} reads. */
final class FileSums {
  private FileSums() {}

  /**
   * Writes the checksums of files.
   *
   * @param names of files, relative to {@code directory}
   */
  static void write(Path directory, Path sums, List<String> names) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(line(directory, name));
    }
    Files.write(sums, lines);
  }

  /**
   * Checks files.
   *
   * @param names of the files that {@code sums} was written for
   * @throws InputException if one is not what was written; the message names it
   */
  static void require(Path directory, Path sums, List<String> names) {
    List<String> written = new String(Json.bytes(sums), UTF_8).lines().toList();
    for (String name : names) {
      if (!written.contains(line(directory, name))) {
        throw new InputException(
            "%s is damaged: %s has another checksum (SHA-256) for it; export the model again"
                .formatted(directory.resolve(name), sums));
      }
    }
  }

  private static String line(Path directory, String name) {
    return Checksums.of(Json.bytes(directory.resolve(name))) + "  " + name;
  }
}
