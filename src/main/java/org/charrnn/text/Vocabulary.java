package org.charrnn.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.InputException;

/**
 * The distinct tokens of a text. The index of a token in the list is its id.
 *
 * <p>Tokens are characters or words. Characters are code points, not UTF-16 units, so an emoji is
 * one character. A vocabulary may have an unknown token, which stands for all tokens not in it.
 */
public final class Vocabulary {
  /** Sorts tokens by code points; the order of {@link String} differs beyond U+FFFF. */
  static final Comparator<String> CODE_POINT_ORDER = Vocabulary::compareCodePoints;

  private static final int NONE = -1;

  private final Tokenization tokenization;
  private final List<String> tokens;
  private final Map<String, Integer> ids;
  private final int unknown; // the id of the unknown token, or NONE

  private Vocabulary(Tokenization tokenization, List<String> tokens, boolean hasUnknown) {
    this.tokenization = tokenization;
    this.tokens = List.copyOf(tokens);
    this.ids = new HashMap<>();
    for (String token : this.tokens) {
      ids.put(token, ids.size());
    }
    this.unknown = hasUnknown ? ids.get(level().unknown()) : NONE;
  }

  /** Returns the vocabulary of a text's characters, sorted by code point, without unknown token. */
  public static Vocabulary of(String text) {
    List<String> characters =
        text.codePoints().sorted().distinct().mapToObj(Character::toString).toList();
    return new Vocabulary(Tokenization.newest(Level.CHARACTER), characters, false);
  }

  /**
   * Returns the vocabulary of the most frequent tokens that the settings allow, sorted by code
   * point. Among tokens of the same count, those with lower code points are kept.
   *
   * @param counts of the tokens of a {@link Tokenization#newest new} model
   * @throws InputException if no token is frequent enough
   */
  public static Vocabulary of(TokenCounts counts, VocabularySettings settings) {
    Level level = settings.level();
    Stream<String> kept = counts.mostFrequent(settings.minCount()).stream();
    if (settings.hasUnknown()) {
      kept = kept.filter(token -> !token.equals(level.unknown()));
      kept = kept.limit(settings.maxTokens() - 1);
    }
    List<String> tokens = kept.toList();
    if (tokens.isEmpty()) {
      throw new InputException(
          "no %s of the text occurs %d times; use a smaller minimum count"
              .formatted(level.noun(), settings.minCount()));
    }
    Stream<String> unknown = settings.hasUnknown() ? Stream.of(level.unknown()) : Stream.empty();
    return new Vocabulary(
        Tokenization.newest(level),
        Stream.concat(tokens.stream(), unknown).sorted(CODE_POINT_ORDER).toList(),
        settings.hasUnknown());
  }

  /** Returns the vocabulary of a new model with the given tokens, whose order sets their ids. */
  public static Vocabulary of(Level level, List<String> tokens, boolean hasUnknown) {
    return of(Tokenization.newest(level), tokens, hasUnknown);
  }

  /**
   * Returns the vocabulary with the given tokens, whose order sets their ids.
   *
   * @param tokenization how the model splits text
   * @param hasUnknown whether the level's unknown token, which must be one of the tokens, stands
   *     for all tokens not in the vocabulary
   * @throws IllegalArgumentException if there are no tokens, or if a token is empty, occurs twice
   *     or is longer than one character at character level
   */
  public static Vocabulary of(Tokenization tokenization, List<String> tokens, boolean hasUnknown) {
    Level level = tokenization.level();
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
    return new Vocabulary(tokenization, tokens, hasUnknown);
  }

  /**
   * Returns a vocabulary with more tokens. Those of this vocabulary keep their ids, the others
   * follow, sorted by code point.
   *
   * @param more tokens that this vocabulary lacks
   */
  public Vocabulary extendedBy(Collection<String> more) {
    return of(
        tokenization,
        Stream.concat(tokens.stream(), more.stream().sorted(CODE_POINT_ORDER)).toList(),
        hasUnknown());
  }

  /**
   * Returns the tokens of a text that this vocabulary lacks, the most frequent first.
   *
   * @param minCount minimum number of occurrences
   */
  public List<String> missing(TokenCounts counts, int minCount) {
    return counts.mostFrequent(minCount).stream().filter(token -> !ids.containsKey(token)).toList();
  }

  /** Returns the number of tokens, which is the number of classes that a model predicts. */
  public int size() {
    return tokens.size();
  }

  /** Returns whether the tokens are characters or words. */
  public Level level() {
    return tokenization.level();
  }

  /** Returns how text is split into tokens. */
  public Tokenization tokenization() {
    return tokenization;
  }

  /** Returns the tokens in the order of their ids. */
  public List<String> tokens() {
    return tokens;
  }

  /** Returns whether the vocabulary has an unknown token. */
  public boolean hasUnknown() {
    return unknown != NONE;
  }

  /** Returns whether an id is that of the unknown token. */
  public boolean isUnknown(int id) {
    return hasUnknown() && id == unknown;
  }

  /** Returns the id of the unknown token in an array, which is empty if there is none. */
  public int[] unknownIds() {
    return hasUnknown() ? new int[] {unknown} : new int[0];
  }

  /**
   * Returns the id of a token, or that of the unknown token.
   *
   * @throws IllegalArgumentException if the token is not in the vocabulary, which has no unknown
   *     token
   */
  public int id(String token) {
    int id = find(token);
    if (id == NONE) {
      throw missingTokens(Set.of(token), token);
    }
    return id;
  }

  /** Returns the id of a token, else that of the unknown token, else a negative number. */
  public int find(String token) {
    Integer id = ids.get(token);
    return id == null ? unknown : id;
  }

  /** Returns the token with the given id. */
  public String token(int id) {
    return tokens.get(id);
  }

  /**
   * Returns the characters of all tokens except the unknown one, which is never generated, in
   * ascending order.
   */
  public int[] generatedCodePoints() {
    return IntStream.range(0, size())
        .filter(id -> id != unknown)
        .mapToObj(tokens::get)
        .flatMapToInt(String::codePoints)
        .distinct()
        .sorted()
        .toArray();
  }

  /**
   * Returns the ids of the tokens of a text that is to be continued.
   *
   * <p>A word has the space before it, which the start of such a text lacks: if a word in the form
   * of the text is not in the vocabulary, up to the first word of the text, it gets the id of its
   * other form, with or without the space.
   *
   * @throws IllegalArgumentException if tokens are not in the vocabulary, which has no unknown
   *     token; the message names them
   */
  public int[] encode(String text) {
    List<String> textTokens = Tokenizer.tokens(tokenization, text);
    int[] encoded = find(textTokens);
    if (!hasUnknown()) {
      Set<String> missing = unknownTokens(textTokens, encoded);
      if (!missing.isEmpty()) {
        throw missingTokens(missing, text);
      }
    }
    return encoded;
  }

  /** Returns the tokens of a text that {@link #encode} makes the unknown token, each once. */
  public Set<String> unknownTokens(String text) {
    List<String> textTokens = Tokenizer.tokens(tokenization, text);
    return unknownTokens(textTokens, find(textTokens));
  }

  private Set<String> unknownTokens(List<String> textTokens, int[] encoded) {
    Set<String> missing = new LinkedHashSet<>();
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == unknown) { // which is NONE if there is no unknown token
        missing.add(textTokens.get(i));
      }
    }
    return missing;
  }

  /** Returns the ids of a text's tokens as {@link #find} does, the first word in either form. */
  private int[] find(List<String> textTokens) {
    int[] found = new int[textTokens.size()];
    boolean isBeforeWord = level() == Level.WORD; // or at the first one
    for (int i = 0; i < found.length; i++) {
      String token = textTokens.get(i);
      found[i] = isBeforeWord && !ids.containsKey(token) ? find(otherForm(token)) : find(token);
      isBeforeWord = isBeforeWord && !WordTokenizer.isWord(token, tokenization.rules());
    }
    return found;
  }

  /** Returns a token without its leading space, or with one. */
  private static String otherForm(String token) {
    return token.startsWith(" ") ? token.substring(1) : " " + token;
  }

  /** Returns the text of token ids. */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      text.append(tokens.get(id));
    }
    return text.toString();
  }

  private IllegalArgumentException missingTokens(Set<String> missing, String text) {
    return new IllegalArgumentException(
        "the vocabulary has no %s%s %s%s"
            .formatted(
                level().noun(),
                missing.size() == 1 ? "" : "s",
                level().quoteSome(missing),
                UnicodeForms.better(this, text)
                    .map(form -> "; " + UnicodeForms.advice(form))
                    .orElse("")));
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
