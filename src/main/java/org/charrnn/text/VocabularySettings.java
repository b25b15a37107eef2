package org.charrnn.text;

import static java.util.Objects.requireNonNull;

/**
 * Which tokens of a text are kept in its vocabulary.
 *
 * @param level characters or words
 * @param minCount minimum number of occurrences of a kept token, at least 1
 * @param vocabularySize maximum number of tokens including the unknown token, at least 2; {@link
 *     #UNLIMITED} for no limit
 */
public record VocabularySettings(Level level, int minCount, int vocabularySize) {
  /** No limit on the vocabulary size. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public VocabularySettings {
    requireNonNull(level, "level");
    if (minCount < 1) {
      throw new IllegalArgumentException("minCount must be at least 1, got " + minCount);
    }
    if (vocabularySize < 2) {
      throw new IllegalArgumentException(
          "vocabularySize must be at least 2, got " + vocabularySize);
    }
  }

  /** Returns the settings that keep every token. */
  public static VocabularySettings all(Level level) {
    return new VocabularySettings(level, 1, UNLIMITED);
  }

  /**
   * Returns whether the vocabulary has an unknown token for the tokens left out. This depends on
   * the settings alone, not on the text, so that a model's behavior on new tokens is known in
   * advance.
   */
  public boolean hasUnknown() {
    return minCount > 1 || vocabularySize != UNLIMITED;
  }
}
