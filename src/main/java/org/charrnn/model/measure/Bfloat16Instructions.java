package org.charrnn.model.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a CPU has instructions that multiply bfloat16. */
enum Bfloat16Instructions {
  PRESENT,
  ABSENT,
  /** The system does not say. */
  UNKNOWN;

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** The line of x86 and that of Arm, once for each core. */
  private static final Pattern FLAGS = Pattern.compile("(?:flags|Features)\\s*:(.*)");

  /** Those of x86, AVX-512 and AMX, and that of Arm. */
  private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

  /** Asks the system; only Linux says. */
  static Bfloat16Instructions ofThisMachine() {
    try {
      return parse(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /**
   * Returns what a file says.
   *
   * @param cpuinfo lines of Linux's {@code /proc/cpuinfo}
   */
  static Bfloat16Instructions parse(List<String> cpuinfo) {
    return cpuinfo.stream()
        .map(FLAGS::matcher)
        .filter(Matcher::matches)
        .map(line -> Arrays.asList(line.group(1).strip().split("\\s+")))
        .map(flags -> Collections.disjoint(flags, BFLOAT16) ? ABSENT : PRESENT)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
