package org.charrnn.decoding;

import java.io.Serializable;
import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;

/**
 * How tokens are sampled: the temperature shapes the probabilities, top-k cuts them, top-p cuts the
 * result of top-k.
 *
 * @param temperature divides the logits: below 1 likely tokens become more likely, above 1 less; 0
 *     takes the most likely token (greedy)
 * @param topK only the K most likely tokens can be sampled; 0 for all
 * @param topP only the most likely tokens that together reach this probability can be sampled,
 *     above 0; 1 for all
 * @param whitespace sample only where a word starts; inside a word, take the most likely token: for
 *     models of characters
 */
public record SamplingConfig(
    @Setting(
            label = "T",
            defaultValue = "1",
            min = 0,
            help =
                "Divides the logits: below 1 likely tokens become more likely, above 1 less; 0 is"
                    + " greedy")
        double temperature,
    @Setting(
            label = "K",
            defaultValue = "0",
            min = 0,
            help = "Sample only from the K most likely tokens; 0 for all")
        int topK,
    @Setting(
            label = "P",
            defaultValue = "1",
            above = 0,
            max = 1,
            help = "Sample only from the most likely tokens that together have probability P")
        double topP,
    @Setting(
            label = "",
            defaultValue = "false",
            help =
                "Sample only at the start of a word; inside a word take the most likely character")
        boolean whitespace)
    implements Serializable {
  /** Probabilities as they were learned: no cut, temperature 1. */
  public static final SamplingConfig PLAIN = new SamplingConfig(1, 0, 1, false);

  /** Always the most likely token. */
  public static final SamplingConfig GREEDY = new SamplingConfig(0, 0, 1, false);

  /** Temperatures above 0 and below it are taken as this; logits divided by it are finite. */
  public static final float MIN_TEMPERATURE = 1e-30f;

  /** Larger temperatures are taken as this, at which all tokens are equally likely. */
  public static final float MAX_TEMPERATURE = 1e30f;

  public SamplingConfig {
    SettingChecks.check(SamplingConfig.class, temperature, topK, topP, whitespace);
  }

  /** Whether unlikely tokens are cut off. */
  public boolean cuts() {
    return temperature > 0 && (topK > 0 || topP < 1);
  }
}
