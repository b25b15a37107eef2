package org.charrnn.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.charrnn.InputException;

/**
 * The distinct tokens of a text, in the order of their code points; a token's place is its id.
 *
 * <p>Tokens are characters or words. Characters are code points, not UTF-16 units, so an emoji is
 * one character. One token may stand for all that are not in the vocabulary.
 */
public final class Vocabulary {
  /** The order of ids; that of {@link String} differs beyond U+FFFF. */
  static final Comparator<String> CODE_POINTS = Vocabulary::compareCodePoints;

  private static final int NONE = -1;

  private final Level level;
  private final List<String> tokens;
  private final Map<String, Integer> ids;
  private final int unknown; // the id of the unknown token, or NONE

  private Vocabulary(Level level, List<String> tokens, boolean hasUnknown) {
    this.level = level;
    this.tokens = List.copyOf(tokens);
    this.ids = new HashMap<>();
    for (String token : this.tokens) {
      ids.put(token, ids.size());
    }
    this.unknown = hasUnknown ? ids.get(level.unknown()) : NONE;
  }

  /** Returns the characters of a text. */
  public static Vocabulary of(String text) {
    List<String> characters =
        text.codePoints().sorted().distinct().mapToObj(Character::toString).toList();
    return new Vocabulary(Level.CHARACTER, characters, false);
  }

  /**
   * Returns the vocabulary of counted tokens: the most frequent ones that the settings leave room
   * for, ties in code point order.
   *
   * @throws InputException if that is none
   */
  public static Vocabulary of(TokenCounts counts, VocabularySettings settings) {
    Level level = settings.level();
    Stream<String> kept = counts.mostFrequent(settings.minCount()).stream();
    if (settings.hasUnknown()) {
      kept = kept.filter(token -> !token.equals(level.unknown()));
      kept = kept.limit(settings.vocabularySize() - 1L);
    }
    List<String> tokens = kept.toList();
    if (tokens.isEmpty()) {
      throw new InputException(
          "no %s of the text is seen %d times; give a smaller --min-count"
              .formatted(level.noun(), settings.minCount()));
    }
    Stream<String> symbol = settings.hasUnknown() ? Stream.of(level.unknown()) : Stream.empty();
    return new Vocabulary(
        level,
        Stream.concat(tokens.stream(), symbol).sorted(CODE_POINTS).toList(),
        settings.hasUnknown());
  }

  /**
   * Returns the vocabulary with these tokens, in the order given: one that was written before.
   *
   * @param hasUnknown whether the level's unknown token, which must be one of them, stands for all
   *     others
   * @throws IllegalArgumentException if there is no token, one is twice there or is no token of the
   *     level
   */
  public static Vocabulary of(Level level, List<String> tokens, boolean hasUnknown) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("the vocabulary has no tokens");
    }
    Set<String> seen = new LinkedHashSet<>();
    for (String token : tokens) {
      if (token == null || token.isEmpty()) {
        throw new IllegalArgumentException("token %d is empty".formatted(seen.size()));
      }
      if (level == Level.CHARACTER && token.codePointCount(0, token.length()) != 1) {
        throw new IllegalArgumentException(
            "token %d, '%s', is not one character".formatted(seen.size(), token));
      }
      if (!seen.add(token)) {
        throw new IllegalArgumentException(
            "the vocabulary has the %s %s twice".formatted(level.noun(), level.quote(token)));
      }
    }
    if (hasUnknown && !seen.contains(level.unknown())) {
      throw new IllegalArgumentException(
          "the vocabulary lacks its unknown token " + level.quote(level.unknown()));
    }
    return new Vocabulary(level, tokens, hasUnknown);
  }

  /** Number of tokens: the classes that a model tells apart. */
  public int size() {
    return tokens.size();
  }

  /** What the tokens are. */
  public Level level() {
    return level;
  }

  /** The tokens in the order of their ids. */
  public List<String> tokens() {
    return tokens;
  }

  /** Whether a token stands for all that are not in the vocabulary. */
  public boolean hasUnknown() {
    return unknown != NONE;
  }

  /** Whether an id is that of the token that stands for all others. */
  public boolean isUnknown(int id) {
    return hasUnknown() && id == unknown;
  }

  /** The ids that no text is made of: the unknown token's, if there is one. */
  public int[] unknownIds() {
    return hasUnknown() ? new int[] {unknown} : new int[0];
  }

  /**
   * Returns the id of a token, or of the unknown token.
   *
   * @throws IllegalArgumentException if it is not in the vocabulary, which has no unknown token
   */
  public int id(String token) {
    int id = find(token);
    if (id == NONE) {
      throw noSuchTokens(Set.of(token));
    }
    return id;
  }

  /** Returns the id of a token, or of the unknown token, or a negative number. */
  int find(String token) {
    Integer id = ids.get(token);
    return id == null ? unknown : id;
  }

  /** Returns the token with an id. */
  public String token(int id) {
    return tokens.get(id);
  }

  /**
   * Returns the id of each token of a text.
   *
   * @throws IllegalArgumentException if tokens are not in the vocabulary, which has no unknown
   *     token; the message names them
   */
  public int[] encode(String text) {
    List<String> all = Tokenizer.tokens(level, text);
    int[] encoded = all.stream().mapToInt(this::find).toArray();
    Set<String> missing = new LinkedHashSet<>();
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == NONE) {
        missing.add(all.get(i));
      }
    }
    if (!missing.isEmpty()) {
      throw noSuchTokens(missing);
    }
    return encoded;
  }

  /** Returns the text that ids stand for. */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      text.append(tokens.get(id));
    }
    return text.toString();
  }

  private IllegalArgumentException noSuchTokens(Set<String> missing) {
    return new IllegalArgumentException(
        "the vocabulary has no %s%s %s"
            .formatted(level.noun(), missing.size() == 1 ? "" : "s", level.quoteSome(missing)));
  }

  private static int compareCodePoints(String a, String b) {
    int end = Math.min(a.length(), b.length());
    for (int i = 0; i < end; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return Integer.compare(a.codePointAt(i), b.codePointAt(i));
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
