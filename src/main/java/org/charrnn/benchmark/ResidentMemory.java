package org.charrnn.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Reads the resident memory of this process, which includes native memory. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status"); // on Linux

  private ResidentMemory() {}

  /** Returns the resident memory in MiB; empty on systems other than Linux. */
  static OptionalDouble mebibytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
