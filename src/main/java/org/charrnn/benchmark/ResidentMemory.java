package org.charrnn.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** The memory that this process has in the machine, native memory included. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status"); // of Linux

  private ResidentMemory() {}

  /** In MiB; empty where the system is not Linux. */
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
