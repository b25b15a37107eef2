package org.charrnn.cli.options;

import java.util.List;
import org.charrnn.text.files.FilePatterns;
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

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description =
          "Leave out files and directories in directories whose names match, such as '*.min.js';"
              + " with a slash, whose paths match, such as 'docs/old*'; can be given several"
              + " times.")
  private List<String> exclude = List.of();

  /** Which files of directories are read. */
  public FilePatterns patterns() {
    return new FilePatterns(include, exclude);
  }
}
