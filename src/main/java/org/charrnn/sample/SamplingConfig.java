package org.charrnn.sample;

import java.io.Serializable;
import org.charrnn.InputException;

/**
 * How tokens are drawn: the temperature shapes the probabilities, top-k cuts them, top-p cuts what
 * top-k left.
 *
 * @param temperature divides the logits: below 1 the likely becomes likelier, above 1 less so; 0
 *     takes the likeliest token (greedy)
 * @param topK only that many of the likeliest tokens may be drawn; 0 for all
 * @param topP only the likeliest tokens that together reach this probability may be drawn, above 0;
 *     1 for all
 * @param whitespace draw only where a word starts; inside a word, take the likeliest token
 */
public record SamplingConfig(double temperature, int topK, double topP, boolean whitespace)
    implements Serializable {
  /** The likeliest token, always. */
  public static final SamplingConfig GREEDY = new SamplingConfig(0, 0, 1, false);

  public SamplingConfig {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new InputException("--temperature must be at least 0, got " + plain(temperature));
    }
    if (topK < 0) {
      throw new InputException("--top-k must be at least 0 (0 is off), got " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new InputException("--top-p must be above 0 and at most 1, got " + plain(topP));
    }
  }

  /** A number as a person types it: -1, not -1.0. */
  private static String plain(double value) {
    String text = Double.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
