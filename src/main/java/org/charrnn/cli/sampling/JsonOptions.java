package org.charrnn.cli.sampling;

import org.charrnn.cli.options.GivenOptions;
import picocli.CommandLine.Option;

/** Whether and how texts are printed as JSON. */
public final class JsonOptions {
  @Option(
      names = "--json",
      description =
          "Print each text as a JSON object on a line: prime, text, seed, and end, which is length"
              + " or until.")
  private boolean json;

  @Option(
      names = "--probabilities",
      description =
          "With JSON: add the tokens, each with its text and its probability by the model, before"
              + " temperature and cuts.")
  private boolean probabilities;

  /** Returns whether texts are printed as JSON. */
  public boolean isGiven() {
    return json;
  }

  /** Returns whether to print the tokens, too. */
  public boolean probabilities() {
    return probabilities;
  }

  /** Rejects options that would be ignored without JSON. */
  public void rejectIgnored(GivenOptions given) {
    if (!json) {
      given.rejectAny("needs --json, which prints them", "--probabilities");
    }
  }
}
