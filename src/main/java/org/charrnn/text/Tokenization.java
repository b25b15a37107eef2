package org.charrnn.text;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * How text is split into tokens.
 *
 * @param level characters or words
 * @param rules how words are split; without effect on characters, for which they are the newest
 */
public record Tokenization(Level level, WordRules rules) implements Serializable {
  public Tokenization {
    requireNonNull(rules, "rules");
    rules = level == Level.CHARACTER ? WordRules.NEWEST : rules;
  }

  /** Returns how a new model splits text. */
  public static Tokenization newest(Level level) {
    return new Tokenization(level, WordRules.NEWEST);
  }
}
