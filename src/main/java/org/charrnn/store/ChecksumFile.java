package org.charrnn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.InputException;

/** A file with SHA-256 checksums of other files, in the format of {@code sha256sum --check}. */
final class ChecksumFile {
  private ChecksumFile() {}

  /**
   * Writes the checksums of files.
   *
   * @param names of the files, relative to {@code directory}
   */
  static void write(Path directory, Path checksumFile, List<String> names) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(line(directory, name));
    }
    Files.write(checksumFile, lines);
  }

  /**
   * Checks files against their checksums.
   *
   * @param names of the files, relative to {@code directory}
   * @throws InputException that names the first file whose content has changed
   */
  static void verify(Path directory, Path checksumFile, List<String> names) {
    List<String> written = new String(Json.bytes(checksumFile), UTF_8).lines().toList();
    for (String name : names) {
      if (!written.contains(line(directory, name))) {
        throw new InputException(
            "%s is damaged: its checksum (SHA-256) differs from the one in %s; export the model"
                    .formatted(directory.resolve(name), checksumFile)
                + " again");
      }
    }
  }

  private static String line(Path directory, String name) {
    return Checksums.of(Json.bytes(directory.resolve(name))) + "  " + name;
  }
}
