package org.charrnn.text;

import org.charrnn.settings.Setting;
import org.charrnn.settings.SettingChecks;

/**
 * Which tokens of a text are kept in its vocabulary, by their number in the training part.
 *
 * @param level characters or words
 * @param minCount minimum number of occurrences of a kept token, at least 1
 * @param vocabularySize maximum number of tokens including the unknown token, at least 2; null for
 *     no limit
 */
public record VocabularySettings(
    @Setting(
            label = "LEVEL",
            defaultValue = "char",
            help = "Tokens of the text: char for characters, word for words")
        Level level,
    @Setting(
            defaultValue = "1",
            min = 1,
            help = "Tokens that occur fewer than N times become the unknown token")
        int minCount,
    @Setting(
            defaultValue = Setting.AUTO,
            auto = DEFAULT_WORDS + " at word level, all at character level",
            off = "all",
            min = 2,
            help = "Keep only the N most frequent tokens, including the unknown token")
        Integer vocabularySize) {
  /** The default at word level: a long text has hundreds of thousands, most of them rare. */
  private static final int DEFAULT_WORDS = 10_000;

  public VocabularySettings {
    SettingChecks.check(VocabularySettings.class, level, minCount, vocabularySize);
  }

  /** Returns the vocabulary size if the user gives none; null for no limit. */
  public static Integer defaultSize(Level level) {
    return level == Level.WORD ? DEFAULT_WORDS : null;
  }

  /** Returns the settings that keep every token. */
  public static VocabularySettings all(Level level) {
    return new VocabularySettings(level, 1, null);
  }

  /**
   * Returns whether the vocabulary has an unknown token for the tokens left out. This depends on
   * the settings alone, not on the text, so that a model's behavior on new tokens is known in
   * advance.
   */
  public boolean hasUnknown() {
    return minCount > 1 || vocabularySize != null;
  }

  /** Returns the maximum number of tokens. */
  long maxTokens() {
    return vocabularySize == null ? Long.MAX_VALUE : vocabularySize;
  }
}
