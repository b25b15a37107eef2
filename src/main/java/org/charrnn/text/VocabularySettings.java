package org.charrnn.text;

import static java.util.Objects.requireNonNull;

/**
 * Which tokens of a text get into its vocabulary.
 *
 * @param minCount a token seen fewer times is left out, at least 1
 * @param vocabularySize the most tokens there may be, the unknown one included, at least 2; {@link
 *     #UNLIMITED} keeps all
 */
public record VocabularySettings(Level level, int minCount, int vocabularySize) {
  /** No bound on the size of a vocabulary. */
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
   * Whether the vocabulary has a symbol for the tokens left out. That depends on what was asked
   * for, not on the text, so that a run knows beforehand whether it takes texts with new tokens.
   */
  public boolean hasUnknown() {
    return minCount > 1 || vocabularySize != UNLIMITED;
  }
}
