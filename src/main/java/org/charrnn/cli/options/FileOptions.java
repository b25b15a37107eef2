package org.charrnn.cli.options;

import java.util.List;
import picocli.CommandLine.Option;

/** Which files of directories are read. */
public final class FileOptions {
  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description =
          "Read only files of directories whose names match, such as '*.c'; can be given several"
              + " times.")
  private List<String> include = List.of();

  /** Patterns for the names of files in directories; empty for all. */
  public List<String> include() {
    return include;
  }
}
