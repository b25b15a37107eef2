package org.charrnn.cli.sampling;

import java.io.PrintWriter;
import java.util.Locale;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.decoding.BeamConfig;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.decoding.TextEnd;
import org.charrnn.text.Level;
import picocli.CommandLine.Option;

/** Options of beam search. */
public final class BeamOptions {
  private static final int NO_REPEAT_CHARACTERS = 20;
  private static final int NO_REPEAT_WORDS = 4;

  @Option(
      names = "--beam",
      paramLabel = "WIDTH",
      defaultValue = "0",
      description =
          "Search for the most likely text by beam search instead of sampling; 0 samples (default:"
              + " ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--no-repeat",
      paramLabel = "N",
      description =
          "With --beam: no N characters or words in a row occur twice in a text; 0 allows it"
              + " (default: 20 characters, 4 words).")
  private Integer noRepeat;

  @Option(
      names = "--length-penalty",
      paramLabel = "A",
      defaultValue = "" + BeamConfig.DEFAULT_LENGTH_PENALTY,
      description =
          "With --beam and --until: texts are compared by log probability / length^A; 0 prefers"
              + " short ones (default: ${DEFAULT-VALUE}).")
  private double lengthPenalty;

  /** Returns whether beam search replaces sampling. */
  public boolean isGiven() {
    return width != 0;
  }

  /** Returns the number of beginnings to keep. */
  public int width() {
    return width;
  }

  /** Rejects options that would be ignored. */
  public void rejectIgnored(GivenOptions given) {
    if (!isGiven()) {
      given.rejectAny("needs --beam: sampled texts do not repeat themselves", "--no-repeat");
      given.rejectAny("needs --beam: sampling compares no texts", "--length-penalty");
      return;
    }
    given.rejectAny(
        "cannot be used with --beam, which samples nothing",
        "--temperature",
        "--top-k",
        "--top-p",
        "--greedy",
        "--whitespace",
        "--count",
        "--seed");
    if (!given.has("--until")) {
      given.rejectAny("needs --until: all texts have the same length", "--length-penalty");
    }
  }

  /** Returns the settings of the search. */
  public BeamConfig config(Level level) {
    int byLevel = level == Level.CHARACTER ? NO_REPEAT_CHARACTERS : NO_REPEAT_WORDS;
    return new BeamConfig(width, noRepeat == null ? byLevel : noRepeat, lengthPenalty);
  }

  /** Prints why a text ended, if that is a surprise. */
  public void reportEnd(BeamConfig config, GeneratedText text, PrintWriter err) {
    if (text.end() == TextEnd.REPETITION) {
      err.println(
          String.format(
              Locale.ROOT,
              "the text ends after %,d tokens, since any other would repeat %d in a row; use a"
                  + " larger --no-repeat, or 0",
              text.ids().length,
              config.noRepeat()));
      err.flush();
    }
  }
}
