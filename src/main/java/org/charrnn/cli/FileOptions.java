package org.charrnn.cli;

import java.nio.charset.Charset;
import java.util.List;
import org.charrnn.text.Malformed;
import org.charrnn.text.TextFormat;
import picocli.CommandLine.Option;

/** How files of text are found and read; null where a person said nothing. */
class FileOptions {
  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description = "Of directories take only files with such names, such as '*.c'.")
  private List<String> include;

  @Option(names = "--encoding", paramLabel = "NAME", description = "Of the files (default: UTF-8).")
  private Charset encoding;

  @Option(
      names = "--malformed",
      paramLabel = "ACTION",
      description = "What to do about bytes that are no text: report or replace (default: report).")
  private Malformed malformed;

  /** Patterns of names, none for all. */
  List<String> include() {
    return include == null ? List.of() : include;
  }

  TextFormat format() {
    return new TextFormat(
        encoding == null ? TextFormat.UTF_8.encoding() : encoding,
        malformed == null ? Malformed.REPORT : malformed);
  }

  boolean isFormatGiven() {
    return encoding != null || malformed != null;
  }
}
