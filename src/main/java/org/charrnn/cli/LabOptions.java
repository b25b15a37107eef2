package org.charrnn.cli;

import java.nio.file.Path;
import org.charrnn.train.Listing;
import picocli.CommandLine.Option;

/** Options of the lab alone; null where a person gave none. */
final class LabOptions {
  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "UTF-8 text to learn instead of the lab's sentence. A line end at the very end"
              + " does not count.")
  Path text;

  @Option(
      names = "--listing",
      paramLabel = "MODE",
      description = "What is printed before the sentence: all, summary or none (default: summary).")
  Listing.Mode listing;

  boolean isGiven() {
    return text != null || listing != null;
  }
}
